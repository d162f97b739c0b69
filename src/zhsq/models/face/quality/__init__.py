"""Quality of one face in one photo, in the vocabulary of ISO/IEC 29794-5:2025, with reasons a person can act on.

Measures come from the five landmarks and one aligned crop, with no further weights, so they are approximations of the
standard's, whose reference implementation (OFIQ) uses 98 landmarks, segmentation and learned models: names, units and
mappings are the standard's where they can be, and no conformance is claimed. `assess` says what is measured,
`QualityPolicy` says what is needed for a use, and `QualityPolicy.reasons` says what a person should do.
"""

from zhsq.models.face.quality.assess import assess
from zhsq.models.face.quality.measures import Measure, Quality
from zhsq.models.face.quality.policy import QualityPolicy, Reason

__all__ = ["Measure", "Quality", "QualityPolicy", "Reason", "assess"]
