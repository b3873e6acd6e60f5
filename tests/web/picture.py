"""The picture of the guide's page about browsers: `python -m tests.web.picture` draws it.

It needs Debian's chromium and playwright (`pip install playwright`). The app has the samples and a clock that stands
still, as in `tests.pictures`; the frame of the window is drawn around its page.
"""

import asyncio
import base64
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.async_api import Browser, async_playwright
from tests.pictures import FOLDER, PICTURE_COLORS, SCREEN, ZONE, Agreeing, make_home, program, text_of
from tests.web.chromium import CHROMIUM, OPTIONS

from roya_tui.web.server import ServerOptions, serve

FILE = FOLDER / "browser.png"
WINDOW = {"width": 1280, "height": 760}
"""Pixels of the page."""
KEYS = "jj"
"""To an article with a picture."""
SETTLED = 3_000
"""Milliseconds after which the screen is complete."""
FRAME = """
<style>
  body { background: #2b2f36; color: #c8ccd4; font: 15px sans-serif; margin: 0; }
  p { margin: 0; padding: 9px 16px; }
  i { background: #5a606b; border-radius: 6px; display: inline-block; height: 12px; margin-right: 8px; width: 12px; }
  span { background: #1b1e23; border-radius: 12px; display: inline-block; margin-left: 12px; padding: 4px 16px; }
  img { display: block; }
</style>
<p><i></i><i></i><i></i><span>127.0.0.1:8000</span></p><img src="data:image/png;base64,%s">
"""


async def main() -> None:
    """Serve the app, and draw it."""
    os.environ["TZ"] = ZONE
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        make_home("samples", home)
        options = ServerOptions(program(home), "127.0.0.1", 0, 1)
        serving = asyncio.create_task(serve(options, ready.set_result, print))
        address = await ready
        async with async_playwright() as programs:
            browser = await programs.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
            drawn, text = await draw(browser, address)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    picture = Image.open(io.BytesIO(drawn)).convert("RGB").quantize(PICTURE_COLORS, dither=Image.Dither.NONE)
    info = PngInfo()
    info.add_itxt(SCREEN, text, zip=True)
    picture.save(FILE, optimize=True, pnginfo=info)
    print(f"{FILE.stem}: drawn, {picture.width}×{picture.height} pixels, {FILE.stat().st_size // 1000} kB")


async def draw(browser: Browser, address: str) -> tuple[bytes, str]:
    """Return the page in a window as PNG, and its text."""
    page = await browser.new_page(viewport=WINDOW)
    displays = [Agreeing(80, 24)]

    def listen(connection: Any) -> None:
        connection.on("framesent", lambda data: resize(*json.loads(data)))
        connection.on("framereceived", lambda data: isinstance(data, bytes) and displays[-1].feed(data))

    def resize(kind: str, size: Any = None) -> None:
        if kind == "resize":
            displays.append(Agreeing(size["width"], size["height"]))

    page.on("websocket", listen)
    await page.goto(address)
    for key in ("", *KEYS):
        await page.wait_for_timeout(SETTLED)
        await page.keyboard.type(key)
    await page.wait_for_timeout(SETTLED)
    screen = base64.b64encode(await page.screenshot()).decode()
    framed = await browser.new_page(viewport=WINDOW)
    await framed.set_content(FRAME % screen)
    return await framed.screenshot(full_page=True), text_of(displays[-1].picture())


if __name__ == "__main__":
    if not CHROMIUM:
        sys.exit("Missing: chromium. On Debian: apt-get install chromium")
    asyncio.run(main())
