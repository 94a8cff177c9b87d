"""The supervisor of `cohoi up` over tiny services, so that its tests do not wait for real ones.

Called as `python -m support.tiny_product DATA_DIR PORT [broken]`: with a web that never starts.
"""

import sys
from pathlib import Path

from cohoi.application.refusal import Refused
from cohoi.application.services import Service
from cohoi.entrypoints.up import run_stack
from cohoi.settings import load_settings

_HERE = Path(__file__).parent
_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("FATAL: I hear nothing", flush=True)
while True: signal.pause()
"""
_BROKEN = "raise SystemExit('ValueError: this web has no luck')"
SERVICES = (
    Service("worker", (str(_HERE / "tiny_worker.py"),)),
    Service("deaf", ("-c", _DEAF), stop_within_s=1.0),
    Service("web", (str(_HERE / "tiny_web.py"),)),
)


def main() -> None:
    """Run the supervisor; a refusal is one sentence, as the command's."""
    settings = load_settings(data_dir=Path(sys.argv[1]), port=int(sys.argv[2]), demo=False)
    broken = [*SERVICES[:-1], Service("web", ("-c", _BROKEN))]
    try:
        run_stack(settings, broken if "broken" in sys.argv else SERVICES, as_json=True)
    except Refused as refused:
        sys.stderr.write(f"cohoi: {refused}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
