"""The kinds of model file that a scan knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of model file.

    Attributes:
        name: stable name in reports.
        title: for people.
        file: the name under which the file is handed to the format that runs it.
        runs: registry name of that format; None where nothing here can run it.
        folder: the model is the folder of ``file``, not the file itself.
    """

    name: str
    title: str
    file: str
    runs: str | None = None
    folder: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("tflite", "TensorFlow Lite (LiteRT)", "model.tflite", "tflite"),
        Kind("onnx", "ONNX", "model.onnx", "onnx"),
        Kind("ort", "ONNX Runtime", "model.ort", "onnx"),
        Kind("torchscript", "TorchScript", "model.pt", "torchscript"),
        Kind("torch_mobile", "TorchScript for mobile (ptl)", "model.ptl", "torchscript"),
        Kind("torch_export", "PyTorch export (pt2)", "model.pt2", "torch_export"),
        Kind("torch_weights", "PyTorch weights", "model.pt"),
        Kind("torch_pickle", "PyTorch pickle, not loaded", "model.pt"),
        Kind("executorch", "ExecuTorch", "model.pte"),
        Kind("keras", "Keras", "model.keras", "keras"),
        Kind("keras_hdf5", "Keras (HDF5)", "model.h5", "keras"),
        Kind("hdf5_weights", "weights in HDF5", "model.h5"),
        Kind("saved_model", "TensorFlow SavedModel", "saved_model.pb", "saved_model", folder=True),
        Kind("frozen_graph", "TensorFlow frozen graph", "model.pb"),
        Kind("coreml", "Core ML", "model.mlmodel", "coreml"),
        Kind("coreml_package", "Core ML package", "model.mlmodel"),
        Kind("coreml_compiled", "Core ML, compiled", "model.mil"),
        Kind("ncnn", "NCNN", "model.param"),
        Kind("mnn", "MNN", "model.mnn"),
        Kind("paddle_lite", "Paddle-Lite", "model.nb"),
        Kind("openvino", "OpenVINO", "model.xml", "openvino"),
        Kind("caffe", "Caffe", "model.caffemodel"),
        Kind("caffe_text", "Caffe network without weights", "model.prototxt"),
        Kind("gguf", "GGUF", "model.gguf"),
        Kind("ggml", "GGML", "model.ggml"),
        Kind("safetensors", "safetensors", "model.safetensors"),
        Kind("lightgbm", "LightGBM", "model.txt", "lightgbm"),
        Kind("xgboost", "XGBoost", "model.json", "xgboost"),
        Kind("xgboost_binary", "XGBoost (old binary)", "model.bin"),
        Kind("catboost", "CatBoost", "model.cbm", "catboost"),
        Kind("skops", "scikit-learn (skops)", "model.skops", "skops"),
        Kind("pickle", "pickled estimator, not loaded", "model.pkl"),
        Kind("encrypted", "unknown, looks encrypted", "model.bin"),
        Kind("unknown", "named like a model, content unknown", "model.bin"),
    )
}
