"""The network in every format that a real exporter here writes."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import torch
from caffe_files import write_caffe
from torch import nn

SHAPE = (1, 1, 28, 28)
TRUTH = "truth.npz"
_BIN = Path(sys.executable).parent


def onnx(model: nn.Sequential, folder: Path) -> None:
    torch.onnx.export(
        model, (torch.zeros(SHAPE),), str(folder / "model.onnx"), dynamo=False, opset_version=17
    )


def _truth(folder: Path, tensors: dict[str, np.ndarray]) -> None:
    """What the exporter's own library reads back."""
    np.savez(folder / TRUTH, **{str(place): one for place, one in enumerate(tensors.values())})


def _onnx_truth(folder: Path) -> None:
    import onnx as library
    from onnx.numpy_helper import to_array

    loaded = library.load(folder / "model.onnx")
    _truth(folder, {one.name: to_array(one) for one in loaded.graph.initializer})


def onnx_outside(model: nn.Sequential, folder: Path) -> None:
    import onnx as library

    onnx(model, folder)
    loaded = library.load(folder / "model.onnx")
    (folder / "model.onnx").unlink()
    library.save_model(
        loaded,
        folder / "model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
        size_threshold=64,
    )
    _onnx_truth(folder)


def ort(model: nn.Sequential, folder: Path) -> None:
    import onnxruntime

    onnx(model, folder)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folder / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    (folder / "model.onnx").unlink()


def torchscript(model: nn.Sequential, folder: Path) -> None:
    torch.jit.trace(model, torch.zeros(SHAPE)).save(str(folder / "model.pt"))


def torch_export(model: nn.Sequential, folder: Path) -> None:
    torch.export.save(torch.export.export(model, (torch.zeros(SHAPE),)), folder / "model.pt2")


def safetensors(model: nn.Sequential, folder: Path) -> None:
    from safetensors.torch import save_file

    save_file(model.state_dict(), folder / "model.safetensors")


def openvino(model: nn.Sequential, folder: Path, *, half: bool = False) -> None:
    import openvino as library

    onnx(model, folder)
    converted = library.convert_model(str(folder / "model.onnx"))
    library.save_model(converted, str(folder / "model.xml"), compress_to_fp16=half)
    (folder / "model.onnx").unlink()
    held = library.Core().read_model(str(folder / "model.xml")).get_ordered_ops()
    constants = [one.data for one in held if one.get_type_name() == "Constant"]
    _truth(folder, {str(place): np.array(one) for place, one in enumerate(constants)})


def openvino_half(model: nn.Sequential, folder: Path) -> None:
    openvino(model, folder, half=True)


def ncnn(model: nn.Sequential, folder: Path, *, half: bool = False) -> None:
    work = folder / "work"
    work.mkdir()
    torchscript(model, work)
    shape = f"inputshape=[{','.join(map(str, SHAPE))}]"
    # it also writes a Python file that cannot be imported, so it is called as a program
    subprocess.run(
        [_BIN / "pnnx", "model.pt", shape, f"fp16={int(half)}"],
        cwd=work,
        check=True,
        capture_output=True,
    )
    for ending in ("param", "bin"):
        shutil.move(work / f"model.ncnn.{ending}", folder / f"model.ncnn.{ending}")
    shutil.rmtree(work)


def ncnn_half(model: nn.Sequential, folder: Path) -> None:
    ncnn(model, folder, half=True)


def _mnn(form: str, source: Path, target: Path, *options: str) -> None:
    # the converter itself: the command around it installs a package and reports its use
    import _tools

    files = ["--modelFile", str(source), "--MNNModel", str(target)]
    _tools.mnnconvert(["", "-f", form, *files, "--bizCode", "net", *options])


def mnn(model: nn.Sequential, folder: Path, *options: str) -> None:
    onnx(model, folder)
    target = folder / "model.mnn"
    _mnn("ONNX", folder / "model.onnx", target, *options)
    for one in folder.iterdir():
        if one != target:
            one.unlink()


def caffe(model: nn.Sequential, folder: Path) -> None:
    write_caffe(model, folder / "model.caffemodel", folder / "model.prototxt")
    (folder / "model.prototxt").unlink()


def mnn_from_caffe(model: nn.Sequential, folder: Path) -> None:
    weights, text = folder / "model.caffemodel", folder / "model.prototxt"
    write_caffe(model, weights, text)
    _mnn("CAFFE", weights, folder / "model.mnn", "--prototxt", str(text))
    weights.unlink()
    text.unlink()


def mnn_half(model: nn.Sequential, folder: Path) -> None:
    mnn(model, folder, "--fp16")


def mnn_bytes(model: nn.Sequential, folder: Path) -> None:
    mnn(model, folder, "--weightQuantBits", "8")


def mnn_nibbles(model: nn.Sequential, folder: Path) -> None:
    mnn(model, folder, "--weightQuantBits", "4", "--weightQuantAsymmetric", "0")


def coreml(model: nn.Sequential, folder: Path, form: str = "mlprogram", half: bool = False) -> None:
    import coremltools

    options = {}
    if form == "mlprogram":
        precision = coremltools.precision
        options["compute_precision"] = precision.FLOAT16 if half else precision.FLOAT32
    converted = coremltools.convert(
        torch.jit.trace(model, torch.zeros(SHAPE)),
        convert_to=form,
        inputs=[coremltools.TensorType(shape=SHAPE)],
        **options,
    )
    converted.save(str(folder / ("model.mlpackage" if form == "mlprogram" else "model.mlmodel")))


def coreml_half(model: nn.Sequential, folder: Path) -> None:
    coreml(model, folder, half=True)


def coreml_network(model: nn.Sequential, folder: Path) -> None:
    coreml(model, folder, form="neuralnetwork")


def _keras(model: nn.Sequential) -> object:
    import keras

    layers = [keras.Input((28, 28, 1))]
    names = []
    for one in model:
        if isinstance(one, nn.Conv2d):
            kind = keras.layers.DepthwiseConv2D if one.groups > 1 else keras.layers.Conv2D
            width = () if one.groups > 1 else (one.out_channels,)
            layers.append(
                kind(*width, one.kernel_size[0], one.stride, "same", use_bias=one.bias is not None)
            )
        elif isinstance(one, nn.BatchNorm2d):
            layers.append(keras.layers.BatchNormalization(epsilon=one.eps))
        elif isinstance(one, nn.Linear):
            layers.append(keras.layers.Dense(one.out_features))
        elif isinstance(one, nn.ReLU):
            layers.append(keras.layers.ReLU())
        elif isinstance(one, nn.AdaptiveAvgPool2d):
            layers.append(keras.layers.GlobalAveragePooling2D())
        else:
            continue
        names.append(one)
    made = keras.Sequential(layers)
    for layer, one in zip(made.layers, names, strict=True):
        layer.set_weights(_turned(one))
    return made


def _turned(one: nn.Module) -> list[np.ndarray]:
    """Weights in the order of axes that TensorFlow has."""
    held = {key: value.detach().numpy() for key, value in one.state_dict().items()}
    if isinstance(one, nn.Conv2d):
        order = (2, 3, 0, 1) if one.groups > 1 else (2, 3, 1, 0)
        return [held["weight"].transpose(order), *([held["bias"]] if "bias" in held else [])]
    if isinstance(one, nn.Linear):
        return [held["weight"].T, held["bias"]]
    if isinstance(one, nn.BatchNorm2d):
        return [held[key] for key in ("weight", "bias", "running_mean", "running_var")]
    return []


def keras(model: nn.Sequential, folder: Path) -> None:
    _keras(model).save(folder / "model.keras")  # type: ignore[attr-defined]


def keras_hdf5(model: nn.Sequential, folder: Path) -> None:
    _keras(model).save(folder / "model.h5")  # type: ignore[attr-defined]


def keras_weights(model: nn.Sequential, folder: Path) -> None:
    _keras(model).save_weights(folder / "model.weights.h5")  # type: ignore[attr-defined]


def saved_model(model: nn.Sequential, folder: Path) -> None:
    import tensorflow as tf

    made = _keras(model)
    tf.saved_model.save(made, str(folder / "model"))
    held = tf.train.load_checkpoint(str(folder / "model/variables/variables"))
    shapes = held.get_variable_to_shape_map()
    _truth(folder, {key: held.get_tensor(key) for key in shapes if shapes[key]})


def frozen_graph(model: nn.Sequential, folder: Path) -> None:
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    made = _keras(model)
    call = tf.function(made).get_concrete_function(tf.TensorSpec((1, 28, 28, 1), tf.float32))
    graph = convert_variables_to_constants_v2(call).graph.as_graph_def()
    (folder / "model.pb").write_bytes(graph.SerializeToString())


def tflite(model: nn.Sequential, folder: Path, *, half: bool = False, byte: bool = False) -> None:
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(_keras(model))
    if half or byte:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if half:
        converter.target_spec.supported_types = [tf.float16]
    content = converter.convert()
    (folder / "model.tflite").write_bytes(content)
    held = tf.lite.Interpreter(model_content=content)
    tensors = {}
    for one in held.get_tensor_details():
        with contextlib.suppress(ValueError):  # no constant
            tensors[one["name"]] = held.get_tensor(one["index"])
    _truth(folder, tensors)


def tflite_half(model: nn.Sequential, folder: Path) -> None:
    tflite(model, folder, half=True)


def tflite_bytes(model: nn.Sequential, folder: Path) -> None:
    tflite(model, folder, byte=True)


EXPORTERS: tuple[Callable[[nn.Sequential, Path], None], ...] = (
    onnx,
    onnx_outside,
    ort,
    torchscript,
    torch_export,
    safetensors,
    openvino,
    openvino_half,
    ncnn,
    ncnn_half,
    mnn,
    mnn_half,
    mnn_bytes,
    mnn_nibbles,
    mnn_from_caffe,
    caffe,
    coreml,
    coreml_half,
    coreml_network,
    keras,
    keras_hdf5,
    keras_weights,
    saved_model,
    frozen_graph,
    tflite,
    tflite_half,
    tflite_bytes,
)
