from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    BinaryIO,
    Generator,
    Literal,
    TextIO,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.calibration_evidence import CalibrationEvidence
    from ..models.calibration_hardware import CalibrationHardware
    from ..models.calibration_versions import CalibrationVersions
    from ..models.moved import Moved
    from ..models.planned_threshold import PlannedThreshold


T = TypeVar("T", bound="Calibration")


@_attrs_define
class Calibration:
    """What `zhsq calibrate --json` writes and `zhsq serve --calibration` reads.

    Attributes:
        threshold: for `gallery_size` at the target `fpir`.
        thresholds: for other gallery sizes at the same FPIR, smallest first.
        fnir: share of enrolled people who would be missed at `threshold` on the sample.
        moved: against the bundle's own threshold, and against a calibration before.
        evidence: counts behind the threshold.

    """

    bundle: str
    version: str
    sha256: str
    data: str
    release: str
    gallery_size: int
    fpir: float
    threshold: PlannedThreshold
    """ A cosine threshold for one gallery size, with its 95 % interval over people. """
    thresholds: list[PlannedThreshold]
    fnir: float
    moved: list[Moved]
    evidence: CalibrationEvidence
    notes: list[str]
    interval_method: str
    seed: int
    hardware: CalibrationHardware
    versions: CalibrationVersions
    format_: Literal[1] | Unset = 1
    command: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.calibration_evidence import CalibrationEvidence  # noqa: PLC0415
        from ..models.calibration_hardware import CalibrationHardware  # noqa: PLC0415
        from ..models.calibration_versions import CalibrationVersions  # noqa: PLC0415
        from ..models.moved import Moved  # noqa: PLC0415
        from ..models.planned_threshold import PlannedThreshold  # noqa: PLC0415

        bundle = self.bundle

        version = self.version

        sha256 = self.sha256

        data = self.data

        release = self.release

        gallery_size = self.gallery_size

        fpir = self.fpir

        threshold = self.threshold.to_dict()

        thresholds = []
        for thresholds_item_data in self.thresholds:
            thresholds_item = thresholds_item_data.to_dict()
            thresholds.append(thresholds_item)

        fnir = self.fnir

        moved = []
        for moved_item_data in self.moved:
            moved_item = moved_item_data.to_dict()
            moved.append(moved_item)

        evidence = self.evidence.to_dict()

        notes = self.notes

        interval_method = self.interval_method

        seed = self.seed

        hardware = self.hardware.to_dict()

        versions = self.versions.to_dict()

        format_ = self.format_

        command = self.command

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "bundle": bundle,
                "version": version,
                "sha256": sha256,
                "data": data,
                "release": release,
                "gallery_size": gallery_size,
                "fpir": fpir,
                "threshold": threshold,
                "thresholds": thresholds,
                "fnir": fnir,
                "moved": moved,
                "evidence": evidence,
                "notes": notes,
                "interval_method": interval_method,
                "seed": seed,
                "hardware": hardware,
                "versions": versions,
            }
        )
        if format_ is not UNSET:
            field_dict["format"] = format_
        if command is not UNSET:
            field_dict["command"] = command

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.calibration_evidence import CalibrationEvidence  # noqa: PLC0415
        from ..models.calibration_hardware import CalibrationHardware  # noqa: PLC0415
        from ..models.calibration_versions import CalibrationVersions  # noqa: PLC0415
        from ..models.moved import Moved  # noqa: PLC0415
        from ..models.planned_threshold import PlannedThreshold  # noqa: PLC0415

        d = dict(src_dict)
        bundle = d.pop("bundle")

        version = d.pop("version")

        sha256 = d.pop("sha256")

        data = d.pop("data")

        release = d.pop("release")

        gallery_size = d.pop("gallery_size")

        fpir = d.pop("fpir")

        threshold = PlannedThreshold.from_dict(d.pop("threshold"))

        thresholds = []
        _thresholds = d.pop("thresholds")
        for thresholds_item_data in _thresholds:
            thresholds_item = PlannedThreshold.from_dict(thresholds_item_data)

            thresholds.append(thresholds_item)

        fnir = d.pop("fnir")

        moved = []
        _moved = d.pop("moved")
        for moved_item_data in _moved:
            moved_item = Moved.from_dict(moved_item_data)

            moved.append(moved_item)

        evidence = CalibrationEvidence.from_dict(d.pop("evidence"))

        notes = cast(list[str], d.pop("notes"))

        interval_method = d.pop("interval_method")

        seed = d.pop("seed")

        hardware = CalibrationHardware.from_dict(d.pop("hardware"))

        versions = CalibrationVersions.from_dict(d.pop("versions"))

        format_ = cast(Literal[1] | Unset, d.pop("format", UNSET))
        if format_ != 1 and not isinstance(format_, Unset):
            raise ValueError(f"format must match const 1, got '{format_}'")

        command = d.pop("command", UNSET)

        calibration = cls(
            bundle=bundle,
            version=version,
            sha256=sha256,
            data=data,
            release=release,
            gallery_size=gallery_size,
            fpir=fpir,
            threshold=threshold,
            thresholds=thresholds,
            fnir=fnir,
            moved=moved,
            evidence=evidence,
            notes=notes,
            interval_method=interval_method,
            seed=seed,
            hardware=hardware,
            versions=versions,
            format_=format_,
            command=command,
        )

        return calibration
