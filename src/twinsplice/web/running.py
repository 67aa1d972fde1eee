"""Runs the server until it is told to stop."""

import contextlib
import gc
import logging
import socket
import sys

import uvicorn

from twinsplice import errors, heap
from twinsplice.engine import devices
from twinsplice.settings import serve as serve_settings
from twinsplice.web import application, connections, instances, result_cache, warming

_BACKLOG = 256
_COLLECT_AFTER = 2_000, 10, 10
"""Objects made between two searches for cycles, and searches between deeper ones."""
_GRACE = 15
"""Seconds that requests have when the server stops."""


def run(config: serve_settings.Config) -> None:
    """Open everything, listen, and close it at the end.

    Raises:
        TwinSpliceError: A file or model cannot be used, or the port is taken.
    """
    logging.basicConfig(format="twinsplice: %(message)s", level=logging.WARNING)
    heap.keep_few_kernels()
    # What is wrong with a file of answers is said before anything is promised.
    with result_cache.opened(config.cache, config.cache_bytes):
        pass
    with (
        listening(config) as listener,
        devices.enough_memory(),
        instances.opened(config) as opened,
    ):
        server = server_of(config, opened)
        _tidy()
        _announce(config, listener.getsockname()[1])
        # Asked to stop, it has stopped.
        with (
            contextlib.suppress(KeyboardInterrupt, SystemExit),
            warming.warming(config, opened),
        ):
            server.run(sockets=[listener])


def _tidy() -> None:
    """Give memory back, and look for cycles among what requests make.

    Commands put both off, since they end soon.
    """
    heap.give_back()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def server_of(
    config: serve_settings.Config, opened: instances.Instances
) -> uvicorn.Server:
    """Return the server of what is open."""
    return uvicorn.Server(
        uvicorn.Config(
            application.application(config, opened),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
            timeout_keep_alive=15,
            timeout_graceful_shutdown=_GRACE,
            h11_max_incomplete_event_size=32_768,
            http=connections.holding(config.max_connections),
            proxy_headers=False,
        )
    )


def listening(config: serve_settings.Config) -> socket.socket:
    """Return a socket that listens.

    Raises:
        InputError: The address cannot be had.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise errors.InputError(
            "--host and --port must be an address of this machine that is free",
            got=f"{config.host}:{config.port} ({error.strerror or error})",
            remedy="name another --port",
        ) from error
    return listener


def _announce(config: serve_settings.Config, port: int) -> None:
    if config.is_open and config.token is None:
        sys.stderr.write(
            f"twinsplice: warning: whoever reaches {config.host} can ask; "
            "set --token, or leave --host out\n"
        )
    if config.is_open and not config.allow_host:
        sys.stderr.write(
            "twinsplice: note: it answers to "
            f"{', '.join(sorted(config.hosts - {'0.0.0.0', '::'}))} only; name what "
            "others call this machine with --allow-host\n"
        )
    if not config.quiet:
        name = f"[{config.host}]" if ":" in config.host else config.host
        sys.stderr.write(f"TwinSplice answers at http://{name}:{port}/ (Ctrl-C ends)\n")
