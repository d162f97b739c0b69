"""Following a pointer, with real bundles packed beside it, in one process and in several."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx import TensorProto, helper

from zhsq.errors import BundleError, RuntimeUnavailableError
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec
from zhsq.runtime import moves
from zhsq.runtime.canary import CanaryLimits
from zhsq.runtime.follow import Follower
from zhsq.runtime.pointer import Canary, Deployment, Move, change, read
from zhsq.runtime.shelf import keep_bundle, open_bundle


def identity(store: Path, number: int) -> Bundle:
    """A bundle of one graph that gives back what it gets."""
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", value[:1], value[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    x, y = (TensorSpec(name=name, shape=(-1, 1)) for name in ("x", "y"))
    spec = BundleSpec(
        task="plate",
        name="p",
        version=f"1.0.{number}",
        graphs={"g": GraphSpec(file="g.onnx", inputs=(x,), outputs=(y,))},
        provenance=Provenance(built_by="tests"),
    )
    return Bundle.build(spec, {"g.onnx": model.SerializeToString()}, store)


class Site:
    """A repository, and moves in it as deploys make them."""

    def __init__(self, root: Path) -> None:
        self.repository = root / "repository"
        self.repository.mkdir()
        self.store = root / "elsewhere"

    def deployment(self, number: int) -> Deployment:
        bundle = identity(self.store, number)
        keep_bundle(self.repository, bundle)
        return Deployment(bundle="p", version=bundle.version, sha256=bundle.sha256, task="plate", models={})

    def deploy(self, number: int) -> None:
        to = self.deployment(number)
        step = Move(action="deploy", deployment=to, by="t")
        change(self.repository, "p", lambda before: moves.deployed(before, to, step))

    def trial(self, number: int, share: float = 0.5, *, auto: bool = False, **limits: float) -> None:
        to = self.deployment(number)
        canary = Canary(
            id=f"t{number}", deployment=to, share=share, auto_promote=auto, limits=CanaryLimits.model_validate(limits)
        )
        step = Move(action="canary", deployment=to, by="t")
        change(self.repository, "p", lambda before: moves.on_trial(before, canary, step))

    def follow(self, opened: Callable[[Bundle], str] = lambda bundle: bundle.version, **more) -> Follower[str]:
        return Follower(self.repository, lambda state: "p" if "p" in state.pointers else None, opened, **more)


@pytest.fixture
def site(tmp_path: Path, monkeypatch) -> Site:
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path / "home"))  # a serving machine that has none of the bundles
    return Site(tmp_path)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return true()


def test_two_followers_see_a_deployment_soon_and_a_pointer_that_comes_later(site: Site) -> None:
    followers = [site.follow(), site.follow()]
    try:
        assert [follower.choose("") for follower in followers] == [None, None]
        for number in range(2):
            site.deploy(number)
            for follower in followers:
                assert within(5, lambda f=follower, n=number: (a := f.choose("")) is not None and a.model == f"1.0.{n}")
    finally:
        for follower in followers:
            follower.close()


def test_a_share_of_the_keys_goes_to_the_trial_and_each_key_always_to_the_same_version(site: Site) -> None:
    site.deploy(0)
    site.trial(1, share=0.1)
    first, second = site.follow(), site.follow()
    try:
        keys = [f"camera-{i}" for i in range(4000)]
        chosen = [first.choose(key).model for key in keys]
        assert chosen == [second.choose(key).model for key in keys], "processes agree"
        assert 320 < Counter(chosen)["1.0.1"] < 480, "10 % of 4000, within five standard deviations"
    finally:
        first.close()
        second.close()


def test_a_trial_that_fails_is_taken_back_for_every_process_by_counts_that_none_had_alone(site: Site) -> None:
    site.deploy(0)
    site.trial(1)
    told: list[tuple[str, Move]] = []
    followers = [site.follow(told=lambda name, step: told.append((name, step))) for _ in range(3)]
    try:
        for follower in followers:  # 8 calls each: below the least number of calls, 24 together
            for i in range(200):
                arm = follower.choose(str(i))
                if not arm.on_trial or arm.tally.counts.calls < 8:
                    arm.add(failed=arm.on_trial, scores=[0.97])
        assert within(5, lambda: read(site.repository).pointer("p").canary is None)
        assert within(5, lambda: all(f.choose(str(i)).model == "1.0.0" for f in followers for i in range(50)))
        assert [(name, step.action) for name, step in told] == [("p", "rollback")], "one process decided"
        assert "error rate 100.00%" in told[0][1].reason
        assert read(site.repository).pointer("p").log[-1] == told[0][1]
        kept = "".join(file.read_text() for file in site.repository.glob(".zhsq-trial-*"))
        assert set(kept) <= set('{}[]":, currenttrialcallserrorsbins0123456789'), "counts, and nothing else"
    finally:
        for follower in followers:
            follower.close()


def test_a_trial_whose_scores_drift_is_taken_back(site: Site) -> None:
    site.deploy(0)
    site.trial(1, min_calls=50)
    follower = site.follow()
    try:
        for i in range(600):
            arm = follower.choose(str(i))
            arm.add(failed=False, scores=[0.6 if arm.on_trial else 0.97])
        assert within(5, lambda: read(site.repository).pointer("p").canary is None)
        assert "PSI" in read(site.repository).pointer("p").log[-1].reason
    finally:
        follower.close()


@pytest.mark.parametrize("auto", [True, False])
def test_a_clean_trial_promotes_itself_only_when_it_was_asked_to(site: Site, auto: bool) -> None:
    site.deploy(0)
    site.trial(1, auto=auto, promote_after=100, min_calls=50)
    follower = site.follow()
    try:
        for i in range(400):
            follower.choose(str(i)).add(failed=False, scores=[0.97])
        promoted = within(2 if auto else 0.5, lambda: read(site.repository).pointer("p").canary is None)
        assert promoted == auto
        if auto:
            assert read(site.repository).pointer("p").current.version == "1.0.1"
            assert within(5, lambda: follower.choose("x").model == "1.0.1")
    finally:
        follower.close()


def test_what_can_not_be_opened_leaves_the_old_version_in_use_says_so_and_is_tried_again(site: Site) -> None:
    broken = True

    def opened(bundle: Bundle) -> str:
        if broken and bundle.version == "1.0.1":
            raise RuntimeUnavailableError("Triton does not serve it.")
        return bundle.version

    site.deploy(0)
    follower = site.follow(opened)
    try:
        site.deploy(1)
        assert within(5, lambda: "does not serve" in follower.problem)
        assert follower.choose("x").model == "1.0.0"
        broken = False
        assert within(5, lambda: follower.choose("x").model == "1.0.1")
        assert within(5, lambda: follower.problem == "")
    finally:
        follower.close()


def test_a_damaged_pointer_leaves_what_is_served_served(site: Site) -> None:
    site.deploy(0)
    follower = site.follow()
    try:
        good = (site.repository / "deployed.json").read_text()
        (site.repository / "deployed.json").write_text("{")
        assert within(5, lambda: "damaged" in follower.problem)
        assert follower.choose("x").model == "1.0.0"
        (site.repository / "deployed.json").write_text(good)
        assert within(5, lambda: follower.problem == "")
    finally:
        follower.close()


def test_a_packed_bundle_that_was_touched_is_refused(site: Site) -> None:
    to = site.deployment(0)
    packed = next(site.repository.glob(".zhsq-bundle-*.tar"))
    content = bytearray(packed.read_bytes())
    content[content.index(b"Identity")] ^= 1
    packed.write_bytes(content)
    with pytest.raises(BundleError, match=r"g\.onnx was changed"):
        open_bundle(site.repository, to)
