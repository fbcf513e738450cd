"""A post on its way through the network, as a moving picture: GIF always, MP4 where ffmpeg is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from simulation.presentation.chart_network import DOT, PLACE, draw_base, draw_people, key_line, label_groups, stage
from simulation.presentation.chart_numbers import people, percent, rounded
from simulation.presentation.folder import write_bytes, write_text
from simulation.presentation.network_layout import Layout, lay_out
from simulation.presentation.style import BODY, INK, LOOKS, house_style, slide
from simulation.society.society import Society
from simulation.studies.one_post import PostSpread

FRAMES, HELD = 60, 30
"""Pictures in which time goes on, and copies of the last at the end."""
PER_SECOND = 10
HOURS = 168.0
"""That are shown: by a week nearly everything has happened."""
DPI = 72.01
PALE = "#D3D8DD"
"""Of somebody whom the post has not reached."""

Pixels = NDArray[np.uint8]


class Film:
    """The pictures of one post's spread, and what they show in words."""

    def __init__(self, society: Society, post: PostSpread) -> None:
        self.society, self.post = society, post
        self.layout: Layout = lay_out(society, post.person, post.root, post.author)
        share = post.further.mean()
        self.title = (f"The most seen of {post.items} offered posts reached {people(rounded(post.person.size))}; "
                      f"{percent(float(share))} of them because somebody liked or passed it on")
        self.alt_text = (f"Animation of a post spreading from employees to people of the market within a week. {self.title}. "
                         f"{np.unique(post.author).size} employees shared it. The median post reached {people(rounded(post.usual))}.")

    def pictures(self) -> Iterator[Pixels]:
        """Each picture as rows of red, green and blue; time runs fast later on, when less happens."""
        with house_style():
            figure, market, staff, words = self._scene()
            canvas: Any = FigureCanvasAgg(figure)
            usual = float(market.get_sizes()[0])
            for place in range(FRAMES):
                hours = HOURS * (place / (FRAMES - 1)) ** 2
                colours, sizes = self._market(hours, usual)
                market.set_facecolor(colours)
                market.set_sizes(sizes)
                staff.set_facecolor(self._staff(hours))
                words.set_text(self._now(hours))
                canvas.draw()
                yield np.asarray(canvas.buffer_rgba())[:, :, :3].copy()

    def _scene(self) -> tuple[Figure, Any, Any, Any]:
        scenario = self.society.scenario
        figure = slide(self.title, f"Dots light up as the post reaches them; {self._dots()} The median post reached {people(rounded(self.post.usual))}.",
                       f"Advocacy Reach, scenario {scenario.name}, first replication, item {self.post.number}; without ads and page")
        figure.set_dpi(DPI)
        axes = stage(figure)
        draw_base(axes, self.layout, bundles=False)
        label_groups(figure, axes, self.layout)
        market, staff = draw_people(axes, self.layout, [PALE] * self.layout.person.size)
        programme, further = LOOKS["programme"].colour, LOOKS["paid"].colour
        key_line(figure, [(INK, "shared it"), (programme, "saw it from an employee"), (further, "saw it because somebody liked or passed it on"), (PALE, "not reached")])
        words = figure.text(0.5, PLACE[1] + PLACE[3] / 2, "", size=BODY, weight="bold", ha="center", va="center", linespacing=1.5)
        return figure, market, staff, words

    def _dots(self) -> str:
        return "one dot is one person." if self.layout.per_dot < 1.5 else f"unreached, one dot is about {self.layout.per_dot:.0f} people; reached, one."

    def _market(self, hours: float, usual: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Colours and sizes of the market's dots at a moment; whoever is reached grows."""
        colours, sizes = np.tile(to_rgba_array(PALE), (self.layout.person.size, 1)), np.full(self.layout.person.size, usual)
        there = self.post.hours <= hours
        for further, colour in ((False, LOOKS["programme"].colour), (True, LOOKS["paid"].colour)):
            reached = self.post.person[there & (self.post.further == further)]
            places = np.searchsorted(self.layout.person, reached)
            colours[places], sizes[places] = to_rgba_array(colour), usual * 1.8
        return colours, sizes

    def _staff(self, hours: float) -> NDArray[np.float64]:
        colours = np.tile(to_rgba_array(DOT), (self.layout.staff.size, 1))
        colours[np.isin(self.layout.staff, self.post.author[self.post.shared <= hours])] = to_rgba_array(INK)
        return colours

    def _now(self, hours: float) -> str:
        """Time and counts in the middle of the picture."""
        when = f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.1f} days"
        sharing, reached = np.unique(self.post.author[self.post.shared <= hours]).size, int(np.count_nonzero(self.post.hours <= hours))
        return f"{when}\n{sharing} shared it\n{reached:,} reached"


def save_film(film: Film, folder: Path, name: str = "spread") -> list[str]:
    """Write the film as GIF with its alt text, and as MP4 where ffmpeg is there; says what could not be written."""
    pictures = list(film.pictures())
    write_bytes(folder / f"{name}.gif", _gif(pictures))
    write_text(folder / f"{name}.txt", film.alt_text + "\n")
    return _mp4(pictures, folder / f"{name}.mp4")


def _gif(pictures: list[Pixels]) -> bytes:
    """Two rounds, then the last picture stays."""
    last = Image.fromarray(pictures[-1]).quantize(255, dither=Image.Dither.NONE)
    frames = [Image.fromarray(picture).quantize(palette=last, dither=Image.Dither.NONE) for picture in pictures]
    written = io.BytesIO()
    lengths = [1000 // PER_SECOND] * (len(frames) - 1) + [HELD * 1000 // PER_SECOND]
    frames[0].save(written, format="GIF", save_all=True, append_images=frames[1:], duration=lengths, loop=1, optimize=False)
    return written.getvalue()


def _mp4(pictures: list[Pixels], file: Path) -> list[str]:
    program = shutil.which("ffmpeg")
    if program is None:
        return [f"{file.name} was left out: it needs ffmpeg, which is not installed"]
    height, width = (size // 2 * 2 for size in pictures[0].shape[:2])
    part = file.with_name(f".{file.name}.partial.mp4")
    command = [program, "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(PER_SECOND), "-i", "-",
               "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(part)]
    stream = b"".join(np.ascontiguousarray(picture[:height, :width]).tobytes() for picture in [*pictures, *[pictures[-1]] * HELD])
    done = subprocess.run(command, input=stream, capture_output=True, check=False)
    if done.returncode:
        part.unlink(missing_ok=True)
        return [f"{file.name} was left out: ffmpeg said {done.stderr.decode(errors='replace').strip().splitlines()[-1] if done.stderr else 'nothing'}"]
    part.replace(file)
    return []
