"""A set by voice, over a sound card, while a crowd talks beside the microphone.

    python -m benchmarks.crowd FOLDER INTO [--people 3] [--below 10] [--voice joe]

`voicecoach start` runs on its own PulseAudio. People from FOLDER (see `benchmarks.commands`) read
and give orders without a pause, all at once, this many dB below the lifter. The lifter says eleven
commands, from "stop now" to "locked". Prints what became of each, what else was obeyed, and how
long the coach could not hear. INTO gets the trace (`events.jsonl`) and the sound of the microphone
and of the earbuds (`mic.wav`, `earbuds.wav`).
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.commands import material
from tests.support.natural_speech import RATE, VOICES, Sound, say
from tests.support.virtual_sound_card import Coach, Lifter, Recording, SoundCard

SAID: Mapping[str, float] = {
    "stop now": 0.7,
    "ready": 7.0,
    "start set": 1.0,
    "slower": 8.0,
    "how many": 3.0,
    "faster": 3.0,
    "pause": 3.0,
    "resume": 2.0,
    "two more": 7.0,
    "done": 3.0,
    "locked": 3.0,
}
"""What the lifter says, and how many seconds after the last command was obeyed or given up."""
NEEDS = {"resume": "pause"}
"""Commands that are skipped unless another one was obeyed first."""
TRIES, PATIENCE = 2, 4.0
"""How often each is said at most, and the seconds in which it should be obeyed."""
SECONDS = 120.0
"""Length of the crowd before it loops."""


def crowd(folder: Path, people: int, seed: int = 5) -> Sound:
    """`people` people who talk without a pause, 16 kHz, at an RMS of 1."""
    rng = np.random.default_rng(seed)
    clips = [clip for clip in material.human(folder) if clip.kind == "speech"]
    clips = [clip for clip in clips if clip.label in ("reading", "order")]
    length = round(SECONDS * RATE)
    sound = np.zeros(length, np.float32)
    for _ in range(people):
        at = 0
        for n in rng.permutation(len(clips)):
            said = clips[n].render()[: length - at]
            sound[at : at + len(said)] += said / _rms(said)
            at += len(said)
    return np.asarray(sound / _rms(sound), np.float32)


def _rms(sound: Sound) -> float:
    """RMS while something sounds."""
    loud = sound[abs(sound) > 0.05 * abs(sound).max(initial=1e-9)]
    return float(np.sqrt(np.mean(np.square(loud)))) if len(loud) else 1e-9


def rehearse(options: argparse.Namespace) -> list[str]:
    """Run the set; return the coach's printed lines."""
    into: Path = options.into
    into.mkdir(parents=True, exist_ok=True)
    words = {text: say(text, options.voice) for text in SAID}
    level = _rms(np.concatenate([*words.values()])) * 10 ** (-options.below / 20)
    (into / "voicecoach.toml").write_text("[listening]\nloudspeaker = false\n")
    with SoundCard() as card:
        lifter = Lifter(card, room=crowd(options.folder, options.people) * np.float32(level))
        mic = Recording(card, into / "mic.raw", sink="lifter")
        earbuds = Recording(card, into / "earbuds.raw")
        coach = Coach(
            card,
            *("--microphone", "mic", "--output", "earbuds", "--engine", options.engine),
            *("--voice", "pyttsx3", "--tempo", "2-1-2-1", "--reps", "30"),
            *("--events", str(into / "events.jsonl"), "--config", str(into)),
        )
        coach.wait_for("stop now", 90)
        obeyed: set[str] = set()
        for text, seconds in SAID.items():
            if NEEDS.get(text, text) not in {text, *obeyed}:
                print(f"{text}: not said", flush=True)
                continue
            time.sleep(seconds)
            turn, answer = _said(coach, lifter, words[text])
            if answer:
                obeyed.add(text)
            print(f"{text}: said {turn} times, {answer or 'missed'}", flush=True)
        coach.signal(signal.SIGTERM)
        coach.end()
        coach.kill()
        lifter.close()
        for recording, name in ((mic, "mic"), (earbuds, "earbuds")):
            soundfile.write(into / f"{name}.wav", recording.close(), 48_000)
            (into / f"{name}.raw").unlink()
    return [line for _, line in coach.lines]


def _said(coach: Coach, lifter: Lifter, word: Sound) -> tuple[int, str]:
    """Say `word` until something is obeyed; return how often that took, and what was."""
    for turn in range(1, TRIES + 1):
        after = len(coach.lines)
        lifter.say(word)
        until = time.monotonic() + len(word) / RATE + PATIENCE
        while time.monotonic() < until:
            obeyed = [line for _, line in coach.lines[after:] if " lifter " in line]
            if obeyed:
                return turn, f"obeyed: {obeyed[0].split(' lifter ')[1].strip()}"
            time.sleep(0.05)
    return TRIES, ""


def summed_up(trace: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Everything that was obeyed, and when the coach could not hear."""
    heard = [event for event in trace if event["type"] == "heard" and event["accepted"]]
    yield "obeyed: " + ", ".join(f"{event['text']} at {event['t']:.0f} s" for event in heard)
    deaf = [event["t"] for event in trace if event["type"] == "cue" and event["id"] == "deaf"]
    yield f'"I can\'t hear you" {len(deaf)} times: {deaf}'


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd")
    parser.add_argument("folder", type=Path, help="human speech with its index.csv")
    parser.add_argument("into", type=Path, help="where the recordings go")
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--below", type=float, default=10.0, help="dB below the lifter")
    parser.add_argument("--voice", choices=VOICES, default=VOICES[0])
    parser.add_argument("--engine", default="auto")
    options = parser.parse_args()
    lines = rehearse(options)
    (options.into / "printed.txt").write_text("\n".join(lines) + "\n")
    events = (options.into / "events.jsonl").read_text().splitlines()
    print("\n".join(summed_up([json.loads(line) for line in events])))


if __name__ == "__main__":
    main()
