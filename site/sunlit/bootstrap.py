"""Makes the environment: `.venv` with everything that `make run` or `make test` needs.

Runs before anything is installed and on any Python 3, so it imports the standard library only
and says in plain words what is wrong with an interpreter that is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "bin")
NEEDED = (3, 11)


def say(text):
    """One line of progress."""
    print(text, flush=True)


def stop(text):
    """End with a plain sentence."""
    sys.exit("\n" + text)


def main(extras):
    """Create or refresh the environment; does nothing when it is up to date."""
    restart_with_newer_python()
    check_interpreter()
    stamp = os.path.join(VENV, ".sunlit-" + ("-".join(extras) or "base"))
    wanted = fingerprint()
    if read(stamp) == wanted and os.path.exists(os.path.join(BIN, "python")):
        return
    try:
        make_environment()
        install(extras)
        with open(stamp, "w") as file:
            file.write(wanted)
    except OSError as error:
        stop(explain(error))


def restart_with_newer_python():
    """Hand over to a newer interpreter of this machine when this one is too old."""
    if sys.version_info >= NEEDED:
        return
    for minor in (13, 12, 11, 14):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer, *sys.argv])
    stop(
        "Sunlit needs Python 3.11 or newer; %s is Python %d.%d.\n"
        "Install a newer one (Debian, Ubuntu: apt install python3.11 python3.11-venv) and run again,\n"
        "or name it: make run PYTHON=/path/to/python3.12"
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )


def check_interpreter():
    """Stop where the interpreter lacks a part that the platform cannot do without."""
    try:
        import sqlite3

        sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except Exception as error:
        stop(
            "The SQLite of %s has no full-text search (FTS5): %s.\n"
            "Use another Python, for example the one of your distribution: make run PYTHON=/usr/bin/python3"
            % (sys.executable, error)
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "This Python cannot make environments (module venv is missing).\n"
            "On Debian or Ubuntu: apt install python%d.%d-venv" % sys.version_info[:2]
        )


def fingerprint():
    """What the environment was made from: the project file and the interpreter."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return hashlib.sha256(file.read() + sys.version.encode()).hexdigest()


def read(path):
    """The text of a file, empty where there is none."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def make_environment():
    """An empty environment; one that was left unfinished or is of another Python is replaced."""
    python = os.path.join(BIN, "python")
    if (
        os.path.exists(python)
        and subprocess.call([python, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    ):
        return
    say("Making the Python environment in .venv (Python %d.%d.%d) ..." % sys.version_info[:3])
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", VENV], "The environment .venv could not be made.")


def install(extras):
    """Install with uv where it can be had, with pip else."""
    what = ROOT + ("[" + ",".join(extras) + "]" if extras else "")
    say("Installing the packages (about 75, some 20 seconds; longer on a slow line) ...")
    uv = find_uv()
    if uv:
        command = [uv, "pip", "install", "--python", os.path.join(BIN, "python"), "-e", what]
        if subprocess.call(command + uv_index(), cwd=ROOT, env=clean_environment()) == 0:
            return
        say("      uv could not do it; trying pip ...")
    run(
        [os.path.join(BIN, "python"), "-m", "pip", "install", "--progress-bar", "off", "-e", what],
        "The packages could not be installed. Is there a network, or a package index configured for pip?",
    )


def find_uv():
    """The path of uv: the machine's own, or one installed into the environment; else None."""
    own = os.path.join(BIN, "uv")
    if os.path.exists(own):
        return own
    if shutil.which("uv"):
        return shutil.which("uv")
    command = [os.path.join(BIN, "python"), "-m", "pip", "install", "--quiet", "--progress-bar", "off", "uv"]
    failed = subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return None if failed else own


def uv_index():
    """uv does not read pip's settings: give it the index that pip is configured with."""
    options = []
    for name, option in (
        ("index-url", "--index-url"),
        ("extra-index-url", "--extra-index-url"),
        ("find-links", "--find-links"),
    ):
        value = pip_setting(name)
        for one in value.split():
            options += [option, one]
    return options


def pip_setting(name):
    """A setting of pip: from the environment, the user's or the machine's file."""
    given = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if given:
        return given
    for section in ("install", "global"):
        command = [os.path.join(BIN, "python"), "-m", "pip", "config", "get", section + "." + name]
        answer = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if answer.returncode == 0:
            return answer.stdout.decode().strip()
    return ""


def clean_environment():
    """Byte code is written: without it every start takes three times as long."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("UV_LINK_MODE", "copy")
    certificates = os.environ.get("PIP_CERT") or pip_setting("cert")
    if certificates:
        environment.setdefault("SSL_CERT_FILE", certificates)
    return environment


def run(command, sentence):
    """Run a command; end with ``sentence`` where it fails."""
    if subprocess.call(command, cwd=ROOT, env=clean_environment()) != 0:
        stop(sentence + "\nThe lines above say why. Running the same command again continues from here.")


def explain(error):
    """A sentence for what the file system refused."""
    if error.errno == 28:
        return "The disk is full: about 600 MB are needed in %s." % ROOT
    if error.errno in (13, 30):
        return "The folder %s cannot be written. Copy the project to a folder of your own." % ROOT
    return "The environment could not be made: %s" % error


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop("Stopped. Running the same command again continues from here.")
