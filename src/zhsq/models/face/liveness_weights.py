"""Pinned weights of presentation-attack detection: where each comes from, its sha256 and its terms."""

from zhsq.models.bundle import Licence
from zhsq.models.zoo.weights import Weight

_FOLDER = (
    "https://raw.githubusercontent.com/minivision-ai/Silent-Face-Anti-Spoofing/master/resources/anti_spoof_models/"
)

_LICENCE = Licence(
    name="MiniFASNet", spdx="Apache-2.0", source="minivision-ai/Silent-Face-Anti-Spoofing, LICENSE", deployable=True
)

_PRIVATE = Licence(
    name="Minivision's own set of live, 2D fake and 3D fake faces",
    spdx="UNDECLARED",
    source="minivision-ai/Silent-Face-Anti-Spoofing, issues 46 and 77: private, never published",
    deployable=None,
)

MINIFASNET_V2 = Weight(
    name="2.7_80x80_MiniFASNetV2.pth",
    sha256="a5eb02e1843f19b5386b953cc4c9f011c3f985d0ee2bb9819eea9a142099bec0",
    size=1849453,
    licence=_LICENCE,
    training_data=_PRIVATE,
    url=_FOLDER + "2.7_80x80_MiniFASNetV2.pth",
)

MINIFASNET_V1SE = Weight(
    name="4_0_0_80x80_MiniFASNetV1SE.pth",
    sha256="84ee1d37d96894d5e82de5a57df044ef80a58be2b218b5ed7cdfd875ec2f5990",
    size=1856130,
    licence=_LICENCE,
    training_data=_PRIVATE,
    url=_FOLDER + "4_0_0_80x80_MiniFASNetV1SE.pth",
)
