"""Draws the pictures of the sample feeds: `python -m tests.draw_samples` writes them to sample_feeds/pictures.

Their names are the ends of their addresses, https://pictures.example/….
"""

import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parents[1] / "sample_feeds" / "pictures"
WIDTH, HEIGHT = 480, 300
FINER = 2
"""The factor by which pictures are drawn larger, for smooth edges."""
COLORS = 64

Color = tuple[int, int, int]
Box = tuple[float, float, float, float]


class Canvas:
    """A picture; coordinates are in pixels of the final size."""

    def __init__(self, above: Color, below: Color, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER))
        self._draw = ImageDraw.Draw(self.image)
        self.shade((0, 0, WIDTH, HEIGHT), above, below)

    def shade(self, box: Box, above: Color, below: Color) -> None:
        """Fill a box with a vertical gradient."""
        left, top, right, bottom = (round(value * FINER) for value in box)
        for y in range(top, bottom):
            share = (y - top) / max(1, bottom - top - 1)
            color = tuple(round(a + (b - a) * share) for a, b in zip(above, below, strict=True))
            self._draw.line((left, y, right, y), fill=color)

    def box(self, box: Box, color: Color, radius: float = 0) -> None:
        self._draw.rounded_rectangle([value * FINER for value in box], radius * FINER, color)

    def oval(self, x: float, y: float, wide: float, high: float, color: Color) -> None:
        box = (x - wide, y - high, x + wide, y + high)
        self._draw.ellipse([value * FINER for value in box], color)

    def shape(self, points: list[tuple[float, float]], color: Color) -> None:
        self._draw.polygon([(x * FINER, y * FINER) for x, y in points], color)

    def line(self, points: list[tuple[float, float]], color: Color, width: float) -> None:
        self._draw.line([(x * FINER, y * FINER) for x, y in points], color, round(width * FINER))

    def glow(self, x: float, y: float, size: float, color: Color) -> None:
        """Draw a light with its halo."""
        light = Image.new("L", self.image.size)
        ImageDraw.Draw(light).ellipse([v * FINER for v in (x - size, y - size, x + size, y + size)], 110)
        light = light.filter(ImageFilter.GaussianBlur(size * FINER * 0.5))
        self.image.paste(Image.new("RGB", self.image.size, color), mask=light)
        self._draw = ImageDraw.Draw(self.image)
        self.oval(x, y, size * 0.22, size * 0.28, (255, 240, 190))

    def on_water(self, x: float, y: float, length: float, color: Color) -> None:
        """Draw the reflection of a light on the water below it."""
        for step in range(int(length / 5)):
            wide = self.random.uniform(2, 9) * (1 - step * 5 / length)
            at = y + step * 5
            self.box((x - wide, at, x + wide + 1, at + 1.6), color, 0.8)


NIGHT, DEEP, WARM = (16, 22, 48), (6, 9, 22), (232, 160, 64)
STONE, SHADE = (214, 200, 172), (158, 143, 118)


def train(above: Color, below: Color, seed: int) -> Canvas:
    """A small green train on a viaduct among almond trees, and six goats."""
    canvas = Canvas(above, below, seed)
    canvas.shape([(0, 150), (110, 78), (220, 140), (330, 66), (480, 150), (480, 300), (0, 300)], (150, 165, 178))
    canvas.shape([(0, 214), (140, 158), (300, 200), (480, 150), (480, 300), (0, 300)], (122, 146, 96))
    canvas.box((0, 150, 480, 162), STONE)
    for pier in range(-20, 500, 62):
        canvas.box((pier, 162, pier + 62, 268), STONE)
        canvas.box((pier + 9, 196, pier + 53, 268), (112, 136, 92))
        canvas.oval(pier + 31, 196, 22, 22, (112, 136, 92))
    canvas.box((0, 162, 480, 167), SHADE)
    for number, left in enumerate((150, 222, 294)):
        canvas.box((left, 118, left + 68, 148), (46, 120, 70), 5)
        canvas.box((left + 3, 113, left + 65, 121), (34, 88, 54), 3)
        for window in range(4):
            canvas.box((left + 7 + window * 15, 124, left + 17 + window * 15, 135), (250, 226, 150), 2)
        for wheel in (14, 30, 46, 60):
            canvas.oval(left + wheel, 148, 4, 4, (40, 40, 44))
        if number == 2:
            canvas.box((left + 56, 122, left + 66, 136), (250, 240, 200), 2)
    for _ in range(22):
        x, y = canvas.random.uniform(0, 480), canvas.random.uniform(228, 286)
        canvas.box((x - 1.5, y, x + 1.5, y + 14), (92, 70, 52))
        for _ in range(12):
            near, up, size = canvas.random.gauss(0, 7), canvas.random.gauss(-3, 5), canvas.random.uniform(3, 6)
            canvas.oval(
                x + near, y + up, size, size, canvas.random.choice([(246, 214, 220), (238, 184, 200), (252, 236, 238)])
            )
    for goat in range(6):
        x, y = 34 + goat * 78, 276 + goat % 2 * 10
        canvas.oval(x, y, 8, 4.5, (250, 248, 240))
        canvas.oval(x + 8, y - 5, 3.4, 3, (250, 248, 240))
        for leg in (-5, -2, 3, 6):
            canvas.box((x + leg, y + 2, x + leg + 1.4, y + 10), (80, 72, 60))
    return canvas


def lanterns(lights: int, low: bool, seed: int) -> Canvas:
    """Lights in a row, near or far, and the water under them."""
    canvas = Canvas(NIGHT, (34, 40, 74), seed)
    sea = 150 if low else 128
    canvas.shade((0, sea, WIDTH, HEIGHT), (14, 22, 46), DEEP)
    canvas.shape([(0, sea), (90, sea - 34), (210, sea - 12), (360, sea - 44), (480, sea - 8), (480, sea)], (10, 14, 30))
    for light in range(lights):
        x = 480 * (light + 0.5) / lights + canvas.random.uniform(-6, 6)
        y = sea + canvas.random.uniform(-4, 14)
        canvas.glow(x, y, 150 / (lights + 4) + 8, WARM)
        canvas.shape([(x - 11, y + 8), (x + 11, y + 8), (x + 7, y + 13), (x - 7, y + 13)], (46, 34, 30))
        canvas.on_water(x, y + 18, HEIGHT - y - 26, (150, 104, 48))
    return canvas


def rowing() -> Canvas:
    """A small boat with a grandmother at the oars and a captain with a paper lantern."""
    canvas = Canvas(NIGHT, (34, 40, 74), 2)
    canvas.shade((0, 140, WIDTH, HEIGHT), (14, 22, 46), DEEP)
    canvas.glow(300, 140, 58, WARM)
    canvas.on_water(300, 222, 70, (170, 118, 54))
    canvas.shape([(120, 186), (372, 186), (330, 218), (160, 218)], (104, 70, 46))
    canvas.line([(120, 186), (372, 186)], (150, 106, 70), 4)
    canvas.box((188, 136, 228, 188), (96, 76, 120), 14)
    canvas.oval(208, 120, 15, 17, (206, 160, 128))
    canvas.oval(208, 109, 15, 9, (196, 196, 204))
    canvas.box((282, 152, 306, 188), (176, 70, 60), 9)
    canvas.oval(294, 140, 11, 12, (214, 166, 132))
    canvas.box((308, 126, 328, 152), (255, 214, 122), 6)
    canvas.line([(304, 164), (318, 152)], (176, 70, 60), 6)
    canvas.line([(216, 158), (120, 226)], (150, 116, 80), 4)
    return canvas


def late() -> Canvas:
    """One lantern on an empty quay."""
    canvas = Canvas(NIGHT, (30, 36, 66), 9)
    canvas.shade((0, 190, WIDTH, HEIGHT), (14, 22, 46), DEEP)
    canvas.box((0, 176, 320, 300), (64, 58, 58))
    for row in range(5):
        canvas.line([(0, 200 + row * 24), (320, 200 + row * 24)], (48, 44, 46), 2)
    canvas.glow(286, 132, 66, WARM)
    canvas.box((283, 140, 289, 178), (40, 36, 36))
    canvas.box((276, 116, 296, 142), (255, 222, 130), 4)
    canvas.on_water(338, 204, 84, (150, 104, 48))
    return canvas


def bridge() -> Canvas:
    canvas = lanterns(5, False, 4)
    canvas.box((0, 56, 480, 82), (70, 68, 78))
    for arch in range(3):
        left = arch * 170 - 14
        canvas.box((left, 82, left + 40, 190), (62, 60, 70))
        canvas.on_water(left + 20, 194, 60, (40, 40, 54))
    return canvas


def asleep() -> Canvas:
    """A dog on a coil of rope beside a lantern."""
    canvas = Canvas((22, 26, 46), (58, 48, 46), 5)
    canvas.glow(352, 168, 62, WARM)
    canvas.box((340, 140, 364, 196), (62, 50, 40), 3)
    canvas.box((344, 150, 360, 188), (255, 222, 130), 3)
    canvas.shade((0, 214, 480, 300), (84, 68, 56), (46, 38, 34))
    for ring in range(6):
        canvas.oval(
            196, 236 - ring * 7, 104 - ring * 5, 20, (176 - ring % 2 * 34, 146 - ring % 2 * 30, 98 - ring % 2 * 24)
        )
    canvas.oval(190, 188, 66, 25, (138, 92, 56))
    canvas.oval(256, 196, 25, 18, (150, 102, 64))
    canvas.oval(276, 201, 12, 8, (164, 118, 80))
    canvas.oval(287, 199, 4, 3, (30, 24, 22))
    canvas.oval(246, 190, 9, 17, (96, 62, 40))
    canvas.line([(258, 192), (268, 194)], (40, 28, 22), 2)
    canvas.line([(126, 184), (112, 196), (118, 208)], (138, 92, 56), 9)
    return canvas


def candles() -> Canvas:
    """A quay full of people who hold candles."""
    canvas = Canvas(NIGHT, (44, 38, 60), 6)
    canvas.shade((0, 214, 480, 300), (14, 22, 46), DEEP)
    canvas.box((0, 196, 480, 216), (70, 62, 58))
    for row in range(3):
        for person in range(24):
            x = person * 20 + 8 + row * 7 + canvas.random.uniform(-3, 3)
            y = 186 - row * 18 + canvas.random.uniform(-3, 3)
            canvas.oval(x, y - 12, 5, 6, (40, 34, 44))
            canvas.box((x - 7, y - 6, x + 7, y + 14), (34, 30, 42), 5)
            canvas.glow(x + 6, y - 2, 9, WARM)
    for x in range(10, 480, 24):
        canvas.on_water(x, 222, 62, (132, 90, 46))
    return canvas


def door(wood: Color, wall: Color, seed: int, extra: str = "") -> Canvas:
    """A door in a wall of stones, under an arch."""
    canvas = Canvas(wall, wall, seed)
    for row in range(12):
        for stone in range(-1, 9):
            tone = canvas.random.randint(-14, 14)
            color = tuple(max(0, min(255, level + tone)) for level in wall)
            left = stone * 60 + row % 2 * 30
            canvas.box((left + 1, row * 25 + 1, left + 58, row * 25 + 24), color, 3)  # type: ignore[arg-type]
    if extra == "cat door":
        canvas.box((214, 232, 266, 290), (96, 88, 76), 24)
        canvas.box((219, 237, 261, 290), wood, 21)
        canvas.oval(254, 266, 2, 2, (230, 200, 120))
        canvas.box((0, 290, 480, 300), (120, 110, 96))
        return canvas
    canvas.oval(240, 96, 84, 78, SHADE)
    canvas.box((156, 96, 324, 292), SHADE)
    canvas.oval(240, 100, 70, 66, wood)
    canvas.box((170, 100, 310, 292), wood)
    if extra == "two":
        canvas.box((240, 96, 310, 292), (70, 140, 84))
        canvas.shape([(240, 36), (288, 56), (310, 98), (240, 98)], (70, 140, 84))
    dark = tuple(round(level * 0.7) for level in wood)
    for plank in range(1, 5):
        x = 170 + plank * 28
        canvas.line([(x, 60), (x, 290)], dark, 2)  # type: ignore[arg-type]
    for bar in (120, 240):
        canvas.box((170, bar, 310, bar + 6), dark, 2)  # type: ignore[arg-type]
    if extra == "hand":
        for lock in range(3):
            canvas.box((288, 140 + lock * 36, 304, 160 + lock * 36), (200, 168, 84), 3)
        canvas.oval(240, 168, 10, 13, (212, 176, 88))
        for finger in range(4):
            canvas.box((231 + finger * 5, 174, 235 + finger * 5, 196), (212, 176, 88), 2)
    else:
        canvas.oval(296, 196, 5, 5, (226, 198, 120))
    canvas.box((140, 290, 340, 300), (150, 138, 118))
    if extra == "cat":
        canvas.oval(120, 276, 22, 17, (40, 38, 42))
        canvas.oval(138, 256, 11, 10, (40, 38, 42))
        canvas.shape([(129, 252), (131, 240), (138, 248)], (40, 38, 42))
        canvas.shape([(139, 248), (147, 240), (148, 252)], (40, 38, 42))
        canvas.line([(100, 284), (84, 270), (88, 252)], (40, 38, 42), 5)
    return canvas


SAND, DUSK = (226, 134, 52), (204, 112, 40)


def sand(what: str = "") -> Canvas:
    """The storm, as six cameras saw it."""
    canvas = Canvas((6, 6, 8), (6, 6, 8)) if what == "cap" else Canvas(SAND, DUSK if what == "horizon" else SAND)
    if what == "horizon":
        canvas.box((0, 158, 480, 300), (192, 102, 34))
    if what == "thumb":
        canvas.box((150, 70, 330, 420), (222, 164, 134), 88)
        canvas.box((186, 88, 294, 190), (240, 200, 182), 44)
        for wrinkle in range(3):
            canvas.line([(196, 214 + wrinkle * 9), (284, 210 + wrinkle * 9)], (196, 136, 108), 2)
    if what == "hat":
        canvas.oval(300, 130, 78, 15, (120, 82, 52))
        canvas.box((258, 78, 342, 132), (132, 92, 60), 22)
        canvas.box((258, 116, 342, 126), (70, 44, 30))
        canvas.image = canvas.image.filter(ImageFilter.BoxBlur(9))
    if what == "table":
        canvas.shade((0, 0, 480, 300), (196, 128, 66), (140, 88, 48))
        canvas.box((40, 96, 440, 116), (92, 60, 38), 3)
        for leg in (56, 412):
            canvas.box((leg, 116, leg + 14, 290), (78, 50, 32))
        for person in range(6):
            x = 98 + person * 56
            shirt = [(70, 96, 140), (150, 60, 60), (80, 124, 84), (196, 160, 80), (110, 84, 130), (70, 70, 78)][person]
            canvas.box((x - 23, 206, x + 23, 300), shirt, 14)
            canvas.oval(x, 180, 17, 20, (214, 166, 132))
            canvas.oval(x, 168, 17, 11, (58, 42, 34))
            canvas.oval(x - 6, 182, 2.4, 2.4, (30, 26, 24))
            canvas.oval(x + 6, 182, 2.4, 2.4, (30, 26, 24))
    return canvas


def fig_street() -> Canvas:
    """A street with a barrier across it, and fruit stalls that are open."""
    canvas = Canvas((150, 190, 220), (236, 224, 196), 11)
    for house, color in enumerate(
        ((214, 186, 150), (198, 160, 132), (222, 204, 170), (188, 150, 120), (210, 180, 140))
    ):
        left, top = house * 100 - 12, 62 + house % 3 * 18
        canvas.box((left, top, left + 98, 206), color)
        for window in range(4):
            x, y = left + 18 + window % 2 * 42, top + 20 + window // 2 * 46
            canvas.box((x, y, x + 20, y + 28), (92, 112, 128), 3)
    canvas.shade((0, 204, 480, 300), (150, 144, 136), (112, 106, 100))
    for stall, color in enumerate(((176, 70, 60), (74, 122, 86), (204, 160, 72))):
        left = 16 + stall * 156
        canvas.box((left, 166, left + 120, 178), color, 4)
        canvas.box((left + 6, 178, left + 10, 222), (96, 70, 48))
        canvas.box((left + 110, 178, left + 114, 222), (96, 70, 48))
        canvas.box((left, 206, left + 120, 226), (134, 98, 64), 3)
        for fig in range(13):
            canvas.oval(left + 12 + fig * 8, 203 - fig % 2 * 5, 5, 5, (92, 58, 104))
    for post in (70, 396):
        canvas.box((post, 232, post + 12, 290), (70, 70, 74))
    canvas.box((48, 240, 432, 262), (246, 246, 240), 3)
    for stripe in range(8):
        left = 56 + stripe * 47
        canvas.shape([(left, 262), (left + 22, 262), (left + 34, 240), (left + 12, 240)], (196, 48, 44))
    return canvas


def station_square() -> Canvas:
    """A station with a clock and flags, and a crowd in front of it."""
    canvas = Canvas((244, 196, 150), (250, 230, 196), 12)
    canvas.box((60, 96, 420, 230), STONE)
    canvas.shape([(44, 98), (240, 34), (436, 98)], (170, 92, 66))
    canvas.oval(240, 76, 22, 22, (250, 248, 240))
    canvas.line([(240, 76), (240, 94)], (40, 40, 44), 3)
    canvas.line([(240, 76), (247, 62)], (40, 40, 44), 2)
    for arch in range(5):
        left = 84 + arch * 64
        canvas.oval(left + 24, 152, 24, 24, SHADE)
        canvas.box((left, 152, left + 48, 230), SHADE)
    for flag in range(16):
        x, y = flag * 30 + 6, 112 + abs(flag - 8) * -1.5 + 10
        color = ((196, 60, 54), (74, 130, 86), (222, 180, 76))[flag % 3]
        canvas.shape([(x, y), (x + 16, y), (x + 8, y + 18)], color)
    canvas.shade((0, 228, 480, 300), (186, 176, 160), (150, 140, 126))
    for row in range(3):
        for person in range(22):
            x, y = person * 22 + row * 9 + canvas.random.uniform(-3, 3), 246 + row * 20
            shirt = canvas.random.choice([(70, 96, 140), (150, 60, 60), (80, 124, 84), (196, 160, 80), (110, 84, 130)])
            canvas.oval(x, y - 12, 6, 7, (206, 160, 128))
            canvas.box((x - 8, y - 5, x + 8, y + 18), shirt, 6)
    return canvas


def marathon_map() -> Canvas:
    """A map of the route, from the quay over the hill to the mole."""
    canvas = Canvas((232, 226, 206), (232, 226, 206))
    canvas.shape([(0, 214), (120, 196), (250, 216), (380, 190), (480, 204), (480, 300), (0, 300)], (158, 196, 214))
    canvas.box((366, 196, 380, 268), (176, 168, 150))
    for size, color in ((74, (214, 206, 166)), (54, (198, 188, 144)), (34, (180, 168, 122)), (15, (162, 148, 102))):
        canvas.oval(300, 92, size * 1.3, size, color)
    for street in range(9):
        canvas.line([(street * 60 - 40, 0), (street * 60 + 20, 192)], (218, 210, 188), 3)
    route = [(70, 188), (60, 120), (110, 74), (180, 96), (236, 70), (300, 92), (352, 60), (420, 92), (410, 160)]
    canvas.line([*route, (373, 196), (373, 262)], (196, 48, 44), 5)
    for x, y in ((70, 188), (110, 74), (300, 92), (373, 262)):
        canvas.oval(x, y, 9, 9, (250, 248, 240))
        canvas.oval(x, y, 6, 6, (40, 60, 96))
    return canvas


def gradient() -> Canvas:
    """The climb of the Almond Line, and two trains on one wire."""
    canvas = Canvas((238, 242, 246), (250, 250, 246))
    for height in range(7):
        canvas.line([(40, 262 - height * 36), (470, 262 - height * 36)], (212, 218, 224), 1)
    rise = [(40, 250), (120, 236), (180, 190), (250, 176), (320, 120), (390, 70), (466, 46)]
    canvas.shape([*rise, (466, 262), (40, 262)], (186, 204, 160))
    canvas.line(rise, (70, 104, 62), 5)
    canvas.line([(x, y - 26) for x, y in rise], (96, 96, 104), 2)
    for x, y, color in ((150, 205, (46, 120, 70)), (355, 89, (176, 70, 60))):
        canvas.shape([(x - 30, y + 4), (x + 26, y - 34), (x + 32, y - 18), (x - 22, y + 20)], color)
        for window in range(3):
            canvas.oval(x - 12 + window * 15, y - 2 - window * 10.5, 4, 4, (250, 226, 150))
        canvas.line([(x, y - 18), (x - 2, y - 36)], (96, 96, 104), 2)
    canvas.line([(40, 20), (40, 262), (470, 262)], (60, 66, 74), 3)
    return canvas


def octopus() -> Canvas:
    """An octopus at the glass of its tank, and a wall clock."""
    canvas = Canvas((196, 190, 178), (170, 162, 150), 14)
    canvas.oval(400, 70, 44, 44, (60, 58, 56))
    canvas.oval(400, 70, 38, 38, (250, 248, 240))
    for hour in range(4):
        x, y = ((0, -31), (31, 0), (0, 31), (-31, 0))[hour]
        canvas.oval(400 + x, 70 + y, 3, 3, (60, 58, 56))
    canvas.line([(400, 70), (400, 98)], (40, 40, 44), 3)
    canvas.line([(400, 70), (396, 90)], (40, 40, 44), 5)
    canvas.box((24, 36, 336, 288), (70, 78, 84), 6)
    canvas.shade((32, 58, 328, 280), (74, 150, 168), (30, 86, 112))
    canvas.shade((32, 262, 328, 280), (206, 188, 140), (186, 166, 120))
    for x, y in ((66, 130), (58, 196), (92, 250), (150, 262), (212, 262), (268, 248), (302, 190), (294, 126)):
        side = (x - 180) * 0.5
        canvas.line([(180 + side * 0.3, 168), (180 + side, 150 + (y - 150) * 0.7), (x, y)], (190, 92, 74), 17)
        for cup in range(5):
            share = 0.35 + cup * 0.15
            canvas.oval(180 + (x - 180) * share, 160 + (y - 160) * share, 4, 4, (236, 188, 168))
        canvas.oval(x, y, 9, 9, (190, 92, 74))
    canvas.oval(180, 132, 48, 56, (204, 104, 84))
    for eye in (160, 200):
        canvas.oval(eye, 146, 12, 10, (246, 232, 190))
        canvas.box((eye - 8, 144, eye + 8, 149), (30, 26, 24), 2)
    for _ in range(9):
        x, y, size = canvas.random.uniform(44, 316), canvas.random.uniform(66, 120), canvas.random.uniform(2, 5)
        canvas.oval(x, y, size, size, (150, 204, 214))
    return canvas


PICTURES: dict[str, Callable[[], Canvas]] = {
    "city/fig-street": fig_street,
    "city/half-marathon-map": marathon_map,
    "city/station-square": station_square,
    "courier/almond-line-first-train": lambda: train((126, 176, 214), (246, 224, 196), 7),
    "courier/lanterns-1": lambda: lanterns(9, True, 1),
    "courier/lanterns-2": rowing,
    "courier/lanterns-3": bridge,
    "courier/lanterns-4": asleep,
    "courier/lanterns-5": candles,
    "courier/lanterns-6": late,
    "olive/khatt-al-lawz": lambda: train((240, 158, 112), (252, 222, 168), 3),
    "olive/doors-1": lambda: door((122, 182, 222), (206, 192, 164), 1),
    "olive/doors-2": lambda: door((38, 52, 104), (198, 186, 166), 2, "hand"),
    "olive/doors-3": lambda: door((66, 122, 190), (210, 196, 170), 3, "two"),
    "olive/doors-4": lambda: door((138, 104, 72), (200, 184, 154), 4, "cat"),
    "olive/doors-5": lambda: door((84, 150, 208), (208, 196, 172), 5, "cat door"),
    "orbit/almond-line-gradient": gradient,
    "orbit/octopus-tank-four": octopus,
    "orbit/sand-1": sand,
    "orbit/sand-2": lambda: sand("cap"),
    "orbit/sand-3": lambda: sand("thumb"),
    "orbit/sand-4": lambda: sand("horizon"),
    "orbit/sand-5": lambda: sand("hat"),
    "orbit/sand-6": lambda: sand("table"),
}


def drawn(name: str) -> Image.Image:
    """One of the pictures, in few colors."""
    image = PICTURES[name]().image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return image.quantize(COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def main() -> None:
    for name in PICTURES:
        path = FOLDER / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn(name).save(path, optimize=True)
        print(f"{path.stat().st_size:8,}  {path.name}")


if __name__ == "__main__":
    main()
