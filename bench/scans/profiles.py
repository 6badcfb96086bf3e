"""What paper, scanner and camera do to a page image; each profile states its parameters."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from bench.scans.draw import PAPER


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`skew` in degrees to either side; `blur` a radius in pixels; `noise` the deviation of 0-255
    grey values; `specks` dark dots a page; `bend` how far a corner is off, as a share of the width;
    `shade` how much darker the far edge is; `turned`: each page by another quarter; `quality` of
    JPEG, or None for a page in two colours.
    """

    name: str
    dpi: int
    skew: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    specks: int = 0
    bend: float = 0.0
    shade: float = 0.0
    turned: bool = False
    quality: int | None = 75


PROFILES = (
    Profile(name="clean200", dpi=200, quality=92),
    Profile(name="clean300", dpi=300, quality=92),
    Profile(name="noisy200", dpi=200, skew=0.8, blur=0.8, noise=20, specks=200, quality=50),
    Profile(name="noisy300", dpi=300, skew=0.8, blur=1.2, noise=20, specks=200, quality=50),
    Profile(name="skewed200", dpi=200, skew=5, blur=0.6, noise=8, quality=75),
    Profile(name="turned200", dpi=200, skew=0.8, blur=0.6, noise=8, turned=True),
    Profile(name="scan200", dpi=200, skew=0.8, blur=0.6, noise=8, specks=60),
    Profile(name="fax150", dpi=150, skew=0.8, blur=0.4, noise=20, specks=120, quality=None),
    Profile(
        name="photo200", dpi=200, skew=0.8, blur=0.8, noise=6, bend=0.012, shade=0.4, quality=60
    ),
    Profile(name="bad110", dpi=110, skew=0.8, blur=0.6, noise=12, specks=40, quality=40),
)
# Below this a fax prints black.
_THRESHOLD = 150


def degrade(image: Image.Image, profile: Profile, seed: int) -> Image.Image:
    """The image as this scanner, fax or camera gives it; the same for the same seed."""
    rng = np.random.default_rng(seed)
    if profile.skew:
        turn = rng.uniform(-profile.skew, profile.skew)
        image = image.rotate(turn, Image.Resampling.BICUBIC, fillcolor=PAPER)
    if profile.bend:
        image = _bend(image, profile.bend, rng)
    if profile.specks:
        _sprinkle(image, profile, rng)
    if profile.blur:
        image = image.filter(ImageFilter.GaussianBlur(profile.blur))
    image = _light(image, profile, rng)
    if profile.turned:
        image = image.rotate(90 * (seed % 4), expand=True)
    if profile.quality is None:
        return image.convert("L").point(lambda grey: 255 if grey > _THRESHOLD else 0).convert("RGB")
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=profile.quality)
    return Image.open(stored).convert("RGB")


def _bend(image: Image.Image, most: float, rng: np.random.Generator) -> Image.Image:
    """The page seen at a slant: each corner moved by at most this share of the width."""
    width, height = image.size
    moved = rng.uniform(-most * width, most * width, 8)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float)
    rows = []
    for (x, y), (u, v) in zip(corners, corners + moved.reshape(4, 2), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    factors = np.linalg.solve(np.array(rows), (corners + moved.reshape(4, 2)).ravel())
    return image.transform(
        image.size,
        Image.Transform.PERSPECTIVE,
        factors.tolist(),
        Image.Resampling.BICUBIC,
        fillcolor=PAPER,
    )


def _sprinkle(image: Image.Image, profile: Profile, rng: np.random.Generator) -> None:
    """Dots of dust, up to a third of a millimetre wide."""
    widest = max(1, profile.dpi // 75)
    for _ in range(profile.specks):
        x, y, size = (
            rng.integers(image.width),
            rng.integers(image.height),
            rng.integers(1, widest + 1),
        )
        image.paste((60, 60, 60), (int(x), int(y), int(x + size), int(y + size)))


def _light(image: Image.Image, profile: Profile, rng: np.random.Generator) -> Image.Image:
    """Noise in each pixel, and light that falls off to one side."""
    if not profile.noise and not profile.shade:
        return image
    pixels = np.asarray(image, dtype=np.float32)
    if profile.shade:
        across = np.linspace(1, 1 - profile.shade, image.width, dtype=np.float32)
        pixels = pixels * (across if rng.random() < 0.5 else across[::-1])[None, :, None]
    # One grain for the three colours, as a scanner's lamp has.
    pixels = pixels + rng.normal(0, profile.noise, pixels.shape[:2]).astype(np.float32)[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
