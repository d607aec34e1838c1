"""What the dashboard may be told: how much it lists, how much it keeps, what it may be called by."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of one dashboard.

    Parameters
    ----------
    title : str
        What stands in the header and in the browser's tab.
    most_files : int
        Files of a folder that are listed; more are counted, not listed.
    most_analyses : int
        Analyses that are kept in memory; the one that was not asked for longest goes first.
    listing_s : float
        Time that a listing may spend on opening files it has not seen; the rest is listed by name. [s]
    n_workers : int
        Threads that read and analyze, where no processes do.
    n_processes : int
        Processes that read and analyze; 0 leaves it to threads of the server.
    most_upload_bytes : int
        Size of the largest file that may be dropped on a page. [bytes]
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "footload"
    most_files: int = Field(default=500, ge=1)
    most_analyses: int = Field(default=8, ge=1)
    listing_s: float = Field(default=2.0, ge=0)
    n_workers: int = Field(default=2, ge=1)
    n_processes: int = Field(default=0, ge=0)
    most_upload_bytes: int = Field(default=500_000_000, ge=1)

    @classmethod
    def of_this_machine(cls) -> Settings:
        """Settings of a dashboard that people work with: analyses in processes, one processor left to the device.

        Returns
        -------
        Settings
            All else by default.
        """
        return cls(n_processes=min(4, max(1, (os.cpu_count() or 2) - 1)))


class Reach(BaseModel):
    """Who can reach a dashboard beside the browser on its machine, and how that is kept safe.

    Parameters
    ----------
    names : tuple of str
        Names under which browsers know the server, with port where it is not the usual one.
    certificate, key : Path, optional
        Of TLS; both or none.
    behind_proxy : bool
        Whether a reverse proxy with TLS stands before it.
    proxy : str
        Address of that proxy; nobody else is believed what is said about the browser.
    accounts : bool
        Whether people come in by accounts also on this machine alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    proxy: str = "127.0.0.1"
    accounts: bool = False

    @property
    def encrypted(self) -> bool:
        """Whether browsers come over TLS, to the server or to its proxy."""
        return self.behind_proxy or self.certificate is not None

    def by_account(self, host: str) -> bool:
        """Whether people come in by accounts.

        Parameters
        ----------
        host : str
            That the server is bound to.

        Returns
        -------
        bool
            Always where another machine can reach it.
        """
        return self.accounts or self.behind_proxy or not is_loopback(host)

    def fault(self, host: str, n_accounts: int) -> str:
        """Say why a server may not start like this.

        Parameters
        ----------
        host : str
            That it would be bound to.
        n_accounts : int
            Of the folder.

        Returns
        -------
        str
            One sentence; empty when it may.
        """
        if (self.certificate is None) != (self.key is None):
            return "A certificate needs its key, and a key its certificate: give both --cert and --key."
        if self.behind_proxy and self.certificate is not None:
            return "Behind a proxy the certificate is the proxy's: give --behind-proxy, or --cert and --key."
        if not is_loopback(host) and not self.encrypted:
            return (
                f"{host} can be reached from other machines, and what travels could be read on the way: give --cert "
                "and --key, or put a reverse proxy with TLS before footload and say --behind-proxy. 127.0.0.1 "
                "serves this machine alone."
            )
        if self.by_account(host) and not n_accounts:
            return "There is no account in this folder yet; make one with: footload users add FOLDER NAME --role sign"
        if not self.names and (self.behind_proxy or not _is_one_address(host)):
            return "Say under which name browsers know the server: --name clinic.example"
        return ""


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's alone.

    Parameters
    ----------
    host : str
        Address or name.

    Returns
    -------
    bool
        False for every name but ``localhost``, which might lead anywhere.
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_one_address(host: str) -> bool:
    try:
        return host == "localhost" or not ip_address(host).is_unspecified
    except ValueError:
        return True
