"""Templates, styles and scripts that come with the package."""

from importlib.resources import files


def packaged(package: str, name: str) -> str:
    """The text of a file that lies in a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")
