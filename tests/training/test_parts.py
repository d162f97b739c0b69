"""A plate bundle taken apart: each part keeps the licences of what is in it, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.models.bundle import Bundle, Licence, Provenance
from zhsq.models.plate.build import build_zhsq
from zhsq.training.parts import LOCATOR, READER, join, locator_of, reader_of

OTHER = Licence(name="somebody's network", spdx="MIT", source="elsewhere", deployable=True)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return build_zhsq(tmp_path / "store")


def with_licences(bundle: Bundle, licences: tuple[Licence, ...]) -> Bundle:
    spec = bundle.spec.model_copy(update={"weights_licences": licences, "training_data_licences": licences})
    return Bundle(bundle.path, spec)


def test_a_part_takes_the_licences_that_are_marked_as_its_own(bundle: Bundle) -> None:
    mixed = with_licences(bundle, (*bundle.spec.weights_licences, OTHER))
    for part, mark in ((reader_of(mixed), READER), (locator_of(mixed), LOCATOR)):
        assert part.weights and part.data
        assert all(licence.name.endswith(mark) for licence in (*part.weights, *part.data))


def test_licences_of_a_bundle_that_marks_none_are_of_both_parts(bundle: Bundle) -> None:
    plain = with_licences(bundle, (OTHER,))
    assert reader_of(plain).weights == locator_of(plain).data == (OTHER,)


def test_parts_of_a_bundle_make_it_again(bundle: Bundle, tmp_path: Path) -> None:
    made = join(
        bundle.name, bundle.version, reader_of(bundle), locator_of(bundle), Provenance(built_by="a test"), tmp_path
    )
    assert made.spec.files == bundle.spec.files
    assert made.spec.params == bundle.spec.params and made.spec.graphs == bundle.spec.graphs
    assert made.spec.weights_licences == bundle.spec.weights_licences
    assert made.spec.provenance.parents == (bundle.sha256,)
