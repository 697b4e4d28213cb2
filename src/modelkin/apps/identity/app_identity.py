"""Whose app a package is."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AppIdentity:
    """What a package says of itself; all of it is untrusted text but the signer's digest.

    Attributes:
        sort: such as ``apk``, ``ipa``, ``wheel``, ``folder``.
        package: its identifier, or empty.
        version: or empty.
        signer: sha256 of the signing certificate, or empty. That the signature is right is not
            checked.
        note: why less is known than could be, or empty.
    """

    sort: str
    package: str = ""
    version: str = ""
    signer: str = ""
    note: str = ""
