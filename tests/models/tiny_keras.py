"""Small Keras models; every function needs the extra."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")


def rows(seed: int = 1) -> Any:  # noqa: ANN401
    """Probabilities of three classes from four columns."""
    import keras

    start = keras.initializers.GlorotUniform(seed=seed)
    dense = keras.layers.Dense(3, activation="softmax", kernel_initializer=start)
    return keras.Sequential([keras.Input((4,)), dense])


def convolutional(seed: int = 0, *layers: Any) -> Any:  # noqa: ANN401
    """Logits of ten classes from grey pictures; the layers given come first."""
    import keras

    start = keras.initializers.RandomNormal(stddev=0.5, seed=seed)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *layers,
            keras.layers.Conv2D(8, 3, kernel_initializer=start),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(7),
            keras.layers.Flatten(),
            keras.layers.Dense(10, kernel_initializer=start),
        ]
    )
