"""How well are commands heard? Misses, wrong commands, false alarms an hour, delay and cost.

    python -m benchmarks.commands [FOLDER] [--every N] [--half held-out] [--json FILE]

Every sound goes through an engine as it would come from a microphone. The results go through the
decision layer as shipped, with the intents that make sense in the state. A miss is a command that
would not have been obeyed, an alarm something else that would have been. For each engine with a
model:

- commands: the phrases of each state in natural voices at three speeds, clean and in noise.
- effort: the same as somebody who trains says them, or as they come through a telephone: fast,
  shouted, breathy, whispered, quiet, clipped, by landline and by mobile phone. All but the fast and
  the quiet ones are made of clean clips (see `effort.py`).
- gear: the same through earbuds in a call (8 kHz, CVSD, mSBC), with a tenth of the packets lost,
  and with hum (see `gear.py`).
- words: the phrases of a set and the one-word phrases that people say in FOLDER. Single short words
  are the hardest there are.
- talk: only the phrases of a set, or of a rest, and all of FOLDER, in which everything but "stop"
  (and in a rest other answers) is an alarm: other words, read sentences, orders, wake words and
  music; and talk in synthetic voices.
- near: near-misses, and counting aloud, in synthetic voices.
- noise: each noise alone, at three levels; the coach's own voice is one of them.

The noises (music-like, babble, clanks, fan, breathing, grunts, the coach, and music from FOLDER)
come from seeds. A clip's name decides its noise. The level is that of the speech above that of the
noise, each while it sounds. Speakers, or clips if there are few speakers, belong permanently to one
of two halves: choose on "tuning", report "held-out".

FOLDER holds human speech (16 kHz mono) and an `index.csv` with the columns file, kind, label,
speaker and seconds. Clips of kind `words` say the one word that is their label; nothing else in the
folder is a command. Without FOLDER its parts are left out.

`--language ko` says and listens for Korean. FOLDER's words are then left out, and the rest of it is
talk in a foreign language. Two of the six voices are espeak-ng's. No natural Korean voice can be
installed, so the others are American voices that are given the sounds, and have an accent.

One half takes an engine about an hour on one core, `--every 20` some minutes. `--noise 10`
(repeatable, as is `--noise clean`) uses noise at that level only, `--beds babble,coach` these
noises only, and `--beds crowd` three people of FOLDER who never pause, with music behind them.
`--trace` keeps every utterance with the reason it was refused. Alarms are rare, so they need hours:
`--parts talk,near,noise --every 1`.

`--only stop` says only the phrases of one meaning, but each in many more sizes and speeds of the
voices and with each closing mark; and the clips of FOLDER that say such a phrase.

The coach's voice is mixed in as it is, as from a loudspeaker beside the microphone without a
canceller: the worst case, and not what a user has. `--cancel` sends it through a small loudspeaker
and a room, and removes it with the canceller of `[speaker]`, which has heard the coach for some
seconds before. With earbuds nothing leaks.

The coach's usual voice is espeak's; the natural one, if installed, is of the same make as the voice
"heart" here. `--fit` fits the weights of `listening/confidence.py`, for Vosk those of
`listening/agreement.py`, to what was heard, and prints them beside those in use; and for each voice
the results of weights that were fitted to all others. It does not reproduce Moonshine's: those come
from utterances cut at known bounds, are rounded, and two of them were set by hand
(`listening/confidence.py` says which).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.commands import calibrate, cost, echo, figures, material, plot
from benchmarks.commands.fit import Features, fit, left_out
from benchmarks.commands.noises import Bed, seed
from benchmarks.commands.trials import Clip, Context, Listener, Trial
from voicecoach.cli import assembly
from voicecoach.config import Config, load
from voicecoach.core.commands import PhraseTable
from voicecoach.core.events import Command, Intent, State
from voicecoach.core.session import listens_for
from voicecoach.listening import agreement, confidence
from voicecoach.listening.models import ModelMissingError

ENGINES = ("auto", "spotter", "moonshine", "vosk")
FITS: Mapping[str, tuple[Features, float | None]] = {
    "moonshine": (confidence.features, 3.0),
    "vosk": (agreement.features, None),
}
IN_USE: Mapping[str, Mapping[str, float]] = {
    "moonshine": confidence.WEIGHTS,
    "vosk": agreement.WEIGHTS,
}
"""What `--fit` fits, and the false alarms an hour at which it puts a confidence of 0.5 (None: the
Korean clips without a command are too short for a rate); and the weights in use."""
LEVELS = (20.0, 10.0, 5.0, 0.0)
PARTS = ("commands", "effort", "gear", "words", "talk", "near", "noise")
OTHER_STATES = 6
"""One clip in this many is enough in states other than that of a set, to keep the run short."""
NOISE_SECONDS = 240.0
"""Of each noise alone."""
TALK_LEVELS = (10.0,)
"""Noise levels at which talk is heard too: each takes an hour."""


class Measurement:
    """One engine on everything that was asked for."""

    def __init__(self, config: Config, options: argparse.Namespace, listener: Listener) -> None:
        self._config, self._options, self._listener = config, options, listener
        self._beds = material.beds(config, options.folder, options.half)
        usual = [name for name in self._beds if name != material.CROWD]
        self._mixed = [name for name in self._beds if name in (options.beds or usual)]
        self._levels: tuple[float | None, ...] = (
            tuple(options.noise) if options.noise else (None, *LEVELS)
        )

    def trials(self) -> Iterator[Trial]:
        """All trials, part by part."""
        makers: Mapping[str, Callable[[], Iterator[Trial]]] = {
            "commands": self._commands,
            "effort": partial(self._changed, "effort", material.effort),
            "gear": partial(self._changed, "gear", material.gear),
            "words": self._words,
            "talk": self._talk,
            "near": self._near,
            "noise": self._noise,
        }
        for part in self._options.parts:
            if part != "words" or (self._options.folder and self._config.language == "en"):
                yield from makers[part]()

    def _commands(self) -> Iterator[Trial]:
        for state in self._options.states:
            context = self._context(state)
            said = material.commands(context.grammar)
            if self._options.only is None:
                clips = self._chosen(material.natural("commands", said, self._config.language))
            else:
                said = {p: c for p, c in said.items() if c.intent is self._options.only}
                clips = self._chosen(material.often("commands", said, self._config.language))
                people = self._people() if self._options.folder else ()
                clips = chain(clips, (c for c in people if c.kind == "words" and c.label in said))
            # Every level in a set; elsewhere only what tells the states apart.
            if state is State.REP or self._options.only:
                levels = self._levels
            else:
                levels = tuple(n for n in self._levels if n in (None, 10.0) or self._options.noise)
                clips = _thinned(clips, OTHER_STATES, "state")
            kept = list(clips)
            for snr in levels:
                yield from self._heard("commands", context, kept, snr, said)

    def _changed(
        self, part: str, change: Callable[[Iterable[str], str], Iterator[Clip]]
    ) -> Iterator[Trial]:
        for state in self._options.states:
            context = self._context(state)
            said = material.commands(context.grammar)
            clips = self._chosen(change(said, self._config.language))
            yield from self._heard(part, context, clips, None, said)

    def _words(self) -> Iterator[Trial]:
        """Grammar: that of a set plus the test words, which are then no decoys."""
        words = {
            word: Command(Intent.VARIATION, (("variation", word),)) for word in material.TEST_WORDS
        }
        usual = self._context(State.REP)
        mine = self._config.phrases.grammar(usual.live)
        phrases = words | dict(mine.phrases)
        decoys = tuple(decoy for decoy in mine.decoys if decoy not in phrases)
        context = Context(State.REP, PhraseTable(phrases, decoys), usual.live | {Intent.VARIATION})
        clips = [clip for clip in self._people() if clip.kind == "words"]
        for snr in self._levels:
            some = _thinned(clips, 2, "level") if snr in (20.0, 0.0) else clips
            yield from self._heard("words", context, some, snr, phrases)
        others = _thinned((clip for clip in self._people() if clip.kind != "words"), 2, "others")
        yield from self._heard("words", context, others, self._levels[0], phrases)

    def _talk(self) -> Iterator[Trial]:
        people = self._people() if self._options.folder else ()
        clips = list(chain(people, self._chosen(material.talk(self._config.language))))
        for state in self._options.states:
            if state not in (State.REP, State.REST):
                continue
            context = self._context(state)
            for snr in self._levels:
                if snr is None or snr in TALK_LEVELS or self._options.noise:
                    some = clips if snr is None else _thinned(clips, 2, "level")
                    yield from self._heard("talk", context, some, snr, context.grammar.phrases)

    def _near(self) -> Iterator[Trial]:
        clips = list(
            self._chosen(material.near_misses(self._config.phrases, self._config.language))
        )
        for state in self._options.states:
            if state in (State.REP, State.REST):
                yield from self._heard("near", self._context(state), clips, self._levels[0])

    def _noise(self) -> Iterator[Trial]:
        for state in self._options.states:
            if state in (State.REP, State.REST):
                for name, bed in self._beds.items():
                    if name not in self._mixed:
                        continue
                    clips = self._chosen(material.alone(name, bed, NOISE_SECONDS))
                    yield from self._heard("noise", self._context(state), clips, None)

    def _context(self, state: State) -> Context:
        return Context(state, self._config.phrases, listens_for(state))

    def _people(self) -> Iterator[Clip]:
        return self._of_half(material.human(self._options.folder, self._options.every))

    def _chosen(self, clips: Iterable[Clip]) -> Iterator[Clip]:
        """One in `--every` of `clips`, from the half that was asked for."""
        return self._of_half(_thinned(clips, self._options.every))

    def _of_half(self, clips: Iterable[Clip]) -> Iterator[Clip]:
        return (clip for clip in clips if self._options.half in ("both", clip.half))

    def _heard(
        self,
        part: str,
        context: Context,
        clips: Iterable[Clip],
        snr: float | None,
        wanted: Mapping[str, Command] = MappingProxyType({}),
    ) -> Iterator[Trial]:
        for clip in clips:
            says = (
                clip.label
                if part in ("effort", "gear") or clip.kind in ("commands", "words")
                else ""
            )
            command = wanted[says] if says and says in wanted else None
            noise = None
            if snr is not None and not clip.is_noise:
                name = self._noise_for(clip)
                noise = (name, snr, partial(self._bed, name, clip))
            yield self._listener.hear(part, context, clip, command, noise)

    def _noise_for(self, clip: Clip) -> str:
        """The same noise at each level, so that the levels differ in nothing else."""
        names = sorted(name for name in self._mixed if name != clip.label)
        return names[seed("which", clip.name) % len(names)]

    def _bed(self, name: str, clip: Clip, length: int) -> Bed:
        bed = self._beds[name]
        first = seed("where", clip.name) % len(bed.sound)
        if name == "coach" and self._options.cancel:
            return echo.cancelled(bed, first, length)
        return bed.cut(first, length)


def _thinned(clips: Iterable[Clip], every: int, why: str = "") -> Iterator[Clip]:
    """One in `every`, chosen by the clip's name: each n-th would always be the same voice.

    Thinning for another reason (`why`) is independent, so the two multiply.
    """
    return (clip for clip in clips if seed("every", why, clip.name) % every == 0)


def traced(trials: Sequence[Trial], config: Config) -> Iterator[str]:
    """Every utterance and the reason it was obeyed or not, as JSON lines."""
    bars = assembly.bars(config.settings.listening)
    for trial in trials:
        done = trial.done(bars)
        yield json.dumps(
            {
                "part": trial.part,
                "state": trial.context.state.value,
                "label": trial.label,
                "speaker": trial.speaker,
                "half": trial.half,
                "noise": trial.noise,
                "snr": trial.snr,
                "wanted": str(trial.wanted) if trial.wanted else None,
                "verdict": trial.verdict(bars),
                "heard": [
                    {
                        "free": told.heard.free,
                        "candidates": [
                            (c.phrase, round(c.confidence, 4)) for c in told.heard.candidates
                        ],
                        "accepted": verdict.accepted,
                        "reason": verdict.reason,
                        "delay": round(told.delay, 3),
                        "softer": round(told.softer, 1),
                        "evidence": dict(told.heard.evidence),
                    }
                    for told, verdict in zip(trial.told, done.verdicts, strict=True)
                ],
            }
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path, nargs="?", help="human speech with its index.csv")
    parser.add_argument("--language", choices=sorted(material.SAID), default="en")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="default: all there are")
    parser.add_argument(
        "--noise",
        type=lambda text: None if text == "clean" else float(text),
        action="append",
        help="only in noise this many dB below the speech; or: clean",
    )
    parser.add_argument("--beds", type=lambda text: text.split(","), help="only these noises")
    parser.add_argument("--cancel", action="store_true", help="take the coach's echo out")
    parser.add_argument("--only", type=Intent, help="only commands of this meaning, very often")
    parser.add_argument("--every", type=int, default=1, help="only every n-th clip")
    parser.add_argument("--half", choices=("both", *material.HALVES), default="both")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument(
        "--states",
        type=lambda text: [State(name) for name in text.split(",")],
        default=list(State),
        help="such as rep,rest",
    )
    parser.add_argument("--by-command", action="store_true", help="also what became of each")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--plot", type=Path, help="draw misses against false alarms here, as SVG")
    parser.add_argument("--trace", type=Path, help="write every utterance here, as JSON lines")
    parser.add_argument(
        "--calibrate", type=Path, help="fit the spotter's likelihood, and write its weights here"
    )
    parser.add_argument("--fit", action="store_true", help="print weights for the confidence")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"--parts {','.join(sorted(unknown))}: {', '.join(PARTS)} exist")
    if options.every < 1:
        parser.error("--every: 1 or more")
    if options.folder and not (options.folder / "index.csv").is_file():
        parser.error(f"{options.folder}: no index.csv in it")
    return options


def main() -> None:
    options = arguments()
    config = load(exercise="leg-press", language=options.language)
    bars = assembly.bars(config.settings.listening)
    report: dict[str, Any] = {}
    trials: list[Trial] = []
    for engine in options.engine or ENGINES:
        try:
            recogniser = assembly.make_recogniser(config, engine)
        except ModelMissingError as fault:
            print(f"{engine}: not measured ({fault})", file=sys.stderr)
            continue
        if options.calibrate and engine == "spotter":
            ear = calibrate.watching(assembly.model_folders(config.settings.listening))
            listener = Listener(ear)
            measurement = Measurement(config, options, listener)
            watched = list(calibrate.watched(ear, measurement.trials()))
            calibrate.calibrate(watched, ear.rescorer.names, options.calibrate)
            report[engine] = {}
            continue
        listener = Listener(recogniser)
        found = list(Measurement(config, options, listener).trials())
        trials += found
        costs = cost.measure(engine, options.language) | {
            "audio_s": round(listener.audio),
            "real_time_factor": round(listener.took / max(listener.audio, 1e-9), 4),
        }
        rows = figures.rows(found, bars)
        curves = figures.curves(found, bars)
        report[engine] = {
            "cost": costs,
            "bars": {"command": bars.command, "stop": bars.stop},
            "rows": rows,
            "curves": curves,
        }
        print(f"{engine}: " + ", ".join(f"{name} {value}" for name, value in costs.items()))
        print(
            "\n".join([*figures.lines(figures.shown(rows)), *figures.at_rates(curves)]), flush=True
        )
        if options.by_command:
            print("\n".join(figures.by_command(found, bars)), flush=True)
        if options.fit:
            fitted = fit(found, *FITS[engine])
            for name, weight in IN_USE[engine].items():
                print(f"{name:12}{fitted[name]:9.3f} fitted{weight:9.3f} in use")
            print("\n".join(left_out(found, *FITS[engine])), flush=True)
    if not report:
        raise SystemExit(1)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    if options.plot:
        options.plot.write_text(plot.svg({name: part["curves"] for name, part in report.items()}))
    if options.trace:
        options.trace.write_text("".join(f"{line}\n" for line in traced(trials, config)))


if __name__ == "__main__":
    main()
