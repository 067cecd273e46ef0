"""Says what is wrong with a training: findings, evidence, cause, remedies, and whether a remedy worked."""

from glassnet.doctor.examining import examine
from glassnet.doctor.finding import Diagnosis, Finding, Remedy, Tip
from glassnet.doctor.sanity import ByHeart, Start, at_start, by_heart
from glassnet.doctor.treating import Treatment, Trial, treat
from glassnet.doctor.watching import Watch

__all__ = [
    "ByHeart",
    "Diagnosis",
    "Finding",
    "Remedy",
    "Start",
    "Tip",
    "Treatment",
    "Trial",
    "Watch",
    "at_start",
    "by_heart",
    "examine",
    "treat",
]
