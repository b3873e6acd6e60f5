"""Playing the audio or video of an article: in mpv, which keys control from here, or in another player."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partialmethod
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.geometry import Offset

from roya_tui.model import Enclosure, Episode, Headline, name_recording
from roya_tui.store import episodes
from roya_tui.translation import gettext, localize_digits, quote
from roya_tui.ui.action_table import Action
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.links import Links
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.shell import Shell

if TYPE_CHECKING:
    from roya_tui.episodes.playback import Session

BACK_SECONDS, FORWARD_SECONDS = 15, 30
FAILURE_SECONDS = 20.0
"""How long the reason is shown why a player failed."""


def ask_recording(shell: Shell, recordings: Sequence[Enclosure], rtl: str, chosen: Callable[[int], object]) -> None:
    """Ask which of several recordings an action is about; `chosen` receives its place."""
    from roya_tui.ui.dialogs.menu import Menu

    numbers = map(str, range(1, len(recordings) + 1))
    entries = [(Action(key, key, "", ""), name_recording(one)) for key, one in zip(numbers, recordings, strict=True)]

    def answered(key: str | None) -> None:
        if key is not None:
            chosen(int(key) - 1)

    shell.open(Menu(entries, Offset(shell.size.width // 4, shell.size.height // 4), rtl), answered)


def describe_missing(headline: Headline | None, browser: str) -> str:
    """Return why an article has no recording; `browser` is the key that opens its web page."""
    if headline is not None and headline.video:
        return gettext("The video is on the article's web page. {key}: open it", key=browser)
    return gettext("This article has no audio or video.")


class Playback(Controller):
    """Plays one recording at a time."""

    def __init__(self, context: Context, article: CurrentArticle, links: Links, marks: Marks) -> None:
        super().__init__(context)
        self._article = article
        self._links = links
        self._marks = marks
        self._session: Session | None = None
        """What plays in mpv."""

    # Keys.

    def play(self) -> None:
        """Play the recording of the article that is read; pause or continue what plays if that is it, or has none."""
        from roya_tui.episodes.players import find_recordings

        headline, session = self._article.target, self._session
        article = self._database.article(headline.id) if headline is not None else None
        found = find_recordings(article.enclosures) if article is not None else ()
        if session is not None and (headline is None or not found or headline.id == session.headline.id):
            session.mpv.toggle_pause()
        elif self._shell.is_web:
            self._show_message(gettext("Audio and video play in a terminal only."))
        elif headline is None or not found:
            self._links.report_missing(describe_missing(headline, self._services.key("browser")))
        elif len(found) == 1:
            self._start(headline, found[0])
        else:
            ask_recording(self._shell, found, self._rtl, lambda number: self._start(headline, found[number]))

    def _seek(self, seconds: int) -> None:
        if self._session is None:
            self._show_message(gettext("Nothing is playing. {key}: play", key=self._services.key("play")))
        else:
            self._session.mpv.seek(seconds)

    go_back = partialmethod(_seek, -BACK_SECONDS)
    go_forward = partialmethod(_seek, FORWARD_SECONDS)

    def stop(self) -> bool:
        """Stop mpv and store the position; return whether it was playing."""
        if self._session is None:
            return False
        self._show_message(gettext("Stopped playing. {key}: continue", key=self._services.key("play")))
        self.leave()
        self._shell.cancel("playback")
        return True

    # The player.

    def _start(self, headline: Headline, recording: Enclosure) -> None:
        self.leave()
        self._run(headline, recording)

    @background("playback", exclusive=True)
    async def _run(self, headline: Headline, recording: Enclosure) -> None:
        """Play a recording: the downloaded file, else from its address."""
        from roya_tui.episodes import files, players

        key, play = self._services.key, self._config.play
        episode = await self._database.write(episodes.find, headline.id, recording.url)  # after its last position
        file = files.find_download(self._services.paths, self._config, episode)
        player = players.find_player(play.video if recording.medium == "video" else play.audio)
        if not player:
            self._show_message(gettext("No player found. Install mpv or VLC, or set [play]."))
        elif file is None and self._state.offline:
            self._show_message(gettext("Working offline. {key}: go online", key=key("work-offline")))
        elif players.is_mpv(player):
            keys = {"play": key("play"), "back": key("play-back"), "forward": key("play-forward"), "stop": key("stop")}
            hint = gettext("{play}: pause   {back}: back   {forward}: forward   {stop}: stop", **keys)
            self._show_message(hint)
            await self._follow(headline, recording, episode, players.fill(player, recording.url, file))
        else:
            from roya_tui.ui.processes import programs

            name = PurePath(player[0]).name
            self._show_message(gettext("Opened “{title}” with {program}.", title=headline.title, program=name))
            ended = await programs.run(players.fill(player, recording.url, file), "", {})
            self._report(headline, player[0], ended.exit_code, ended.error)

    async def _follow(self, headline: Headline, recording: Enclosure, episode: Episode, command: list[str]) -> None:
        """Run mpv until it ends, and store and show the position."""
        from roya_tui.episodes.mpv import Mpv
        from roya_tui.episodes.playback import Session, resume_position
        from roya_tui.ui.processes import programs

        def store(position: float, duration: float) -> None:
            save, id = episodes.save_position, headline.id
            self._database.write_soon(save, id, recording.url, position, duration, self._now())

        mpv, start = Mpv(), resume_position(episode.position, episode.duration)
        session = self._session = Session(headline, mpv, episode.position, store)
        has_picture = recording.medium == "video"
        try:
            async with aclosing(mpv.changes(command, start, has_picture=has_picture)) as changes:
                async for _ in changes:
                    if self._session is session:
                        session.note()
                        self._show(session)
        except (OSError, ValueError) as error:
            mpv.exit_code, mpv.output = 1, programs.describe_error(error).encode()
        if self._session is session:
            self.leave()
            self._report(headline, command[0], mpv.exit_code, programs.first_line(mpv.output))

    def leave(self) -> None:
        """Store where mpv is, and mark the article read if its recording was listened to."""
        session, self._session = self._session, None
        if session is not None:
            self._panes.top.playing = ("", "")
            if session.finish():
                self._marks.mark_listened(session.headline)
            self._show_stored(session.headline.id)

    @background("playback-end")
    async def _show_stored(self, id: int) -> None:
        await self._database.write(episodes.find, id, "")  # after the position is stored
        self._headlines.rows.invalidate()
        self._article.show_if_current(id)

    def _show(self, session: Session) -> None:
        """Show in the top line what plays, and where it is."""
        from roya_tui.layout.recordings import format_duration

        mpv = session.mpv
        if mpv.position is not None:
            place = localize_digits(format_duration(int(mpv.position)) or "0:00")
            if length := localize_digits(format_duration(int(mpv.duration))):
                place = f"{place} / {length}"
            text = gettext("Paused {time}", time=place) if mpv.is_paused else gettext("Playing {time}", time=place)
            self._panes.top.playing = (text, quote(session.headline.title))

    def _report(self, headline: Headline, program: str, exit_code: int | None, error: str) -> None:
        """Show why a player failed."""
        if exit_code:
            reason, name = error or gettext("exit code {code}", code=exit_code), PurePath(program).name
            failed = gettext("“{name}” failed: {reason} ({program})", name=headline.title, reason=reason, program=name)
            self._show_message(failed, FAILURE_SECONDS, has_keys=False)
