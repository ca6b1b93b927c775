"""PostgreSQL, Redis and Elasticsearch for one test run: on free ports, in a temporary folder.

They run as an unprivileged user (the first two refuse root, Elasticsearch as well) and are
stopped at the end. ``python -m tests.services install`` installs what is missing on Debian or
Ubuntu as root; ``with services() as environment`` starts what there is.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

ELASTICSEARCH_VERSION = "8.19.14"
PACKAGES = {
    "chromium": ("chromium", "fonts-noto-cjk"),
    "postgres": ("postgresql",),
    "redis-server": ("redis-server",),
    "java": ("default-jre-headless",),
    "mvn": ("maven",),
    "msgfmt": ("gettext",),
}


class Missing(Exception):
    """A service cannot be had here; the text says why."""


# --- What this machine has ----------------------------------------------------------


def find(program: str) -> str | None:
    """The path of a program, looking also where Debian hides PostgreSQL's."""
    if program in ("postgres", "initdb"):
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        if found:
            return str(found[-1])
    if program == "chromium":
        return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return shutil.which(program)


def install() -> None:
    """Install the missing packages where we are root on a Debian; say what is missing elsewhere."""
    missing = [program for program in PACKAGES if not find(program)]
    if not missing:
        return
    packages = [package for program in missing for package in PACKAGES[program]]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Not installed here (no root on a Debian or Ubuntu): {', '.join(missing)}", flush=True)
        return
    print(f"Installing {' '.join(packages)} ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)


# --- Running as somebody without rights ----------------------------------------------


def _account() -> pwd.struct_passwd | None:
    """The account that servers run under: ours, or ``nobody`` where we are root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as_account(folder: Path) -> dict:
    account = _account()
    environment = os.environ | {"HOME": str(folder), "LC_ALL": "C.UTF-8"}
    options: dict = {"cwd": folder, "env": environment, "start_new_session": True}
    if account:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def _give_away(folder: Path) -> None:
    account = _account()
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One started server; stopped with its whole process group."""

    def __init__(self, name: str, command: list[str], folder: Path, **environment: str) -> None:
        self.name, self.log = name, folder / f"{name}.log"
        options = _as_account(folder)
        options["env"] |= environment
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **options)

    def wait(self, answers: Callable[[], bool], seconds: float = 90) -> None:
        """Until the server answers; raises ``Missing`` with the end of its log when it does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if answers():
                    return
            time.sleep(0.2)
        tail = self.log.read_text("utf-8", "replace")[-1500:]
        self.stop()
        raise Missing(f"{self.name} does not start: {tail}")

    def stop(self) -> None:
        """End it, and kill it when it does not."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def _accepts(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


# --- The three servers -----------------------------------------------------------------


def start_postgresql(folder: Path) -> tuple[Server, str]:
    """A cluster without passwords on loopback; returns it with its DATABASE_URL."""
    initdb, postgres = find("initdb"), find("postgres")
    if not initdb or not postgres:
        raise Missing("PostgreSQL is not installed (package postgresql)")
    data, port = folder / "postgresql", free_port()
    command = [initdb, "-D", str(data), "-U", "sunlit", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(command, capture_output=True, text=True, **_as_account(folder))
    if made.returncode:
        raise Missing(f"initdb fails: {made.stderr[-500:]}")
    settings = [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        f"unix_socket_directories={folder}",
    ]
    settings += [
        "wal_level=minimal",
        "max_wal_senders=0",
        "autovacuum=off",
        "max_connections=100",
        "shared_buffers=128MB",
        "listen_addresses=127.0.0.1",
        f"port={port}",
    ]
    arguments = [word for setting in settings for word in ("-c", setting)]
    server = Server("PostgreSQL", [postgres, "-D", str(data), *arguments], folder)
    server.wait(lambda: _accepts(port))
    return server, f"postgresql://sunlit@127.0.0.1:{port}/postgres"


def start_redis(folder: Path) -> tuple[Server, str]:
    """A Redis that keeps nothing; returns it with its REDIS_URL."""
    redis = find("redis-server")
    if not redis:
        raise Missing("Redis is not installed (package redis-server)")
    port = free_port()
    command = [
        redis,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--databases",
        "64",
    ]
    server = Server("Redis", [*command, "--dir", str(folder)], folder)
    server.wait(lambda: _accepts(port))
    return server, f"redis://127.0.0.1:{port}"


def elasticsearch_zip() -> Path:
    """The server's distribution from Maven Central, from the local repository once it is there."""
    coordinates = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{ELASTICSEARCH_VERSION}:zip"
    relative = f"org/elasticsearch/distribution/integ-test-zip/elasticsearch/{ELASTICSEARCH_VERSION}"
    path = Path.home() / ".m2/repository" / relative / f"elasticsearch-{ELASTICSEARCH_VERSION}.zip"
    if not path.exists():
        maven = find("mvn")
        if not maven:
            raise Missing("Elasticsearch needs Maven to be fetched (package maven)")
        print("Fetching Elasticsearch from Maven Central (about 100 MB) ...", flush=True)
        command = [maven, "-q", "-B", "dependency:get", f"-Dartifact={coordinates}", "-Dtransitive=false"]
        fetched = subprocess.run(command, capture_output=True, text=True)
        if fetched.returncode or not path.exists():
            raise Missing(f"Maven cannot fetch Elasticsearch: {(fetched.stdout + fetched.stderr)[-500:]}")
    return path


def start_elasticsearch(folder: Path) -> tuple[Server, str]:
    """A single node without security; returns it with its ELASTICSEARCH_URL."""
    java = find("java")
    if not java:
        raise Missing("Elasticsearch needs a Java runtime (package default-jre-headless)")
    with zipfile.ZipFile(elasticsearch_zip()) as archive:
        archive.extractall(folder)
    home, port = next(folder.glob("elasticsearch-*")), free_port()
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    lines = [
        "network.host: 127.0.0.1",
        f"http.port: {port}",
        "transport.port: 0",
        "discovery.type: single-node",
    ]
    lines += ["xpack.security.enabled: false", "cluster.routing.allocation.disk.threshold_enabled: false"]
    (home / "config/elasticsearch.yml").write_text("\n".join(lines) + "\n")
    scratch = home / "scratch"  # never above the server's own files: it refuses that
    scratch.mkdir()
    _give_away(home)
    java_home = str(Path(os.path.realpath(java)).parent.parent)
    options = {"ES_JAVA_HOME": java_home, "ES_JAVA_OPTS": "-Xms512m -Xmx512m", "ES_TMPDIR": str(scratch)}
    server = Server("Elasticsearch", [str(home / "bin/elasticsearch")], folder, **options)
    url = f"http://127.0.0.1:{port}"

    def healthy() -> bool:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=2) as answer:
            return answer.status == 200

    server.wait(healthy, 150)
    return server, url


STARTERS = {
    "TEST_DATABASE_URL": start_postgresql,
    "TEST_REDIS_URL": start_redis,
    "TEST_ELASTICSEARCH_URL": start_elasticsearch,
}


@contextlib.contextmanager
def services() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Start all three; gives their addresses, and for what is not there the reason."""
    folder = Path(tempfile.mkdtemp(prefix="sunlit-services-"))
    _give_away(folder)
    folder.chmod(0o711)
    started: list[Server] = []
    addresses: dict[str, str] = {}
    reasons: dict[str, str] = {}
    try:
        for variable, start in STARTERS.items():
            try:
                server, addresses[variable] = start(folder)
                started.append(server)
            except Missing as reason:
                reasons[variable] = str(reason)
        yield addresses, reasons
    finally:
        for server in started:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """``install``, or ``run COMMAND…`` with the services' addresses in its environment."""
    if sys.argv[1:2] == ["install"]:
        install()
        return
    with services() as (addresses, reasons):
        for reason in reasons.values():
            print(reason, file=sys.stderr)
        command = sys.argv[2:] or ["env"]
        sys.exit(subprocess.call(command, env=os.environ | addresses))


if __name__ == "__main__":
    main()
