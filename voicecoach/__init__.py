"""An offline, hands-free strength coach; docs/architecture.md says how it is built."""

import os

# onnxruntime, which runs the recogniser, otherwise tells its makers of each use of it, over
# the network, and keeps an identifier of the machine. It looks when it is loaded, and every
# process inherits it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
