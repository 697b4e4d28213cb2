"""Write the network, its copies and an honest retrain with every exporter: export.py FOLDER."""

import sys
from pathlib import Path

import numpy as np
from boosters import write_boosters
from exporters import EXPORTERS
from networks import folded, plain, variants


def main(folder: Path) -> None:
    for name, model in variants():
        (folder / name).mkdir(parents=True, exist_ok=True)
        np.savez(folder / name / "folded.npz", **folded(model))
        np.savez(folder / name / "plain.npz", **plain(model))
        for exporter in EXPORTERS:
            place = folder / name / exporter.__name__
            place.mkdir()
            exporter(model, place)
    write_boosters(folder / "boosters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
