"""A PostgreSQL server of a test's own, and a line to it that can be cut."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading

import pytest

from conftest import free_port

FOLDERS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin")) if pathlib.Path("/usr/lib/postgresql").exists() else []


class Postgres:
    """Stops with `stop`; its user is `shop`, its password `s3cret`, its database `postgres`."""

    PASSWORD = "s3cret"

    def __init__(self):
        if not FOLDERS:
            pytest.skip("PostgreSQL is not installed here (Debian: postgresql-15)")
        self.bin = FOLDERS[-1]
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tradewind-postgres-", dir="/tmp"))
        self.identity = {}
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        secret = self.folder / "password"
        secret.write_text(self.PASSWORD)
        secret.chmod(0o644)
        self.call("initdb", "-D", self.folder / "data", "-A", "scram-sha-256", "-U", "shop", f"--pwfile={secret}", "-E", "UTF8", "--locale=C")
        with open(self.folder / "data/postgresql.conf", "a") as config:
            config.write(f"\nport={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nfsync=off\n")
        self.call("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "start")

    def call(self, program, *arguments, **options):
        environment = {"PATH": os.environ["PATH"], "PGPASSWORD": self.PASSWORD, "LC_ALL": "C"}
        done = subprocess.run(
            [str(self.bin / program), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd="/",
            env=environment, stdin=subprocess.DEVNULL, check=False, **self.identity, **options,
        )
        assert done.returncode == 0, f"{program} {arguments}: {done.returncode} {done.stdout}"
        return done.stdout

    def sql(self, statement):
        return self.call(
            "psql", "-h", "127.0.0.1", "-p", self.port, "-U", "shop", "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement
        ).strip()

    def stop(self, mode="fast"):
        self.call("pg_ctl", "-D", self.folder / "data", "-m", mode, "stop")

    def remove(self):
        if (self.folder / "data/postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def connection(self, port=None):
        """An entry of connections.yml."""
        return (
            f"{{kind: postgres, host: 127.0.0.1, port: {port or self.port}, database: postgres, user: shop, "
            "password_env: SHOP_PASSWORD, connect_timeout: 3s, silence_timeout: 3s}"
        )


class Line:
    """A line to a server: what is in `cut_after` says how many bytes come through before it breaks, one number for each connection
    in order; `freeze` instead says nothing more from there on. After the last number all is let through."""

    def __init__(self, port, cut_after, freeze=False):
        self.target = port
        self.cut_after = list(cut_after)
        self.freeze = freeze
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            limit = self.cut_after.pop(0) if self.cut_after else None
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self.target))
            self.open += [client, server]
            threading.Thread(target=self.pump, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, limit), daemon=True).start()

    def pump(self, source, target, limit):
        passed = 0
        try:
            while piece := source.recv(65536):
                passed += len(piece)
                if limit is not None and passed > limit:
                    if self.freeze:
                        return
                    break
                target.sendall(piece)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        for one in [self.listener, *self.open]:
            one.close()
