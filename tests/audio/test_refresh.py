"""Devices that appear while PortAudio runs and no sound server reports them.

ALSA's own configuration stands in for a plug: a device written into it appears to a program that
starts afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.virtual_sound_card import require

pytestmark = pytest.mark.audio

_LOOKS = """
import pathlib, sys
from voicecoach.audio.devices import NoSoundCardError, devices, news, refresh

def names():
    try:
        return [each.name for each in devices("input")]
    except NoSoundCardError:
        return []

assert "plugged" not in names()
assert not news()
pathlib.Path(sys.argv[1]).write_text('pcm.plugged { type null hint { show on description "x" } }')
assert "plugged" not in names(), "the list was never read anew"
assert news()
refresh()
assert "plugged" in names()
assert not news()
"""


def test_a_device_that_appears_is_found_by_starting_portaudio_anew(tmp_path: Path) -> None:
    require()
    done = subprocess.run(
        [sys.executable, "-c", _LOOKS, str(tmp_path / ".asoundrc")],
        env={**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-1000:]
