"""Notifications of a refresh that the app started, shown by the terminal or the desktop."""

from __future__ import annotations

import os
from typing import Any

from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller, background


class Notifications(Controller):
    """Shows notifications, also while the terminal has the focus: the list changes only on request."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._reported_failure = False

    @background("notification")
    async def show(self, event: dict[str, Any]) -> None:
        """Show the notification of an event; nothing in a browser, whose desktop is another one."""
        from roya_tui.notifications import Notification, desktop_command, detect_osc, terminal_sequence
        from roya_tui.ui.processes import programs

        if self._shell.is_web:
            return
        notification, method = Notification(str(event["title"]), str(event["body"])), self._config.notify.method
        if protocol := detect_osc(os.environ, method):
            self._shell.write(terminal_sequence(protocol, notification, os.environ))
        elif command := desktop_command(notification, os.environ):
            result = await programs.run(command.arguments, "", command.environment)
            if result.exit_code and not self._reported_failure:
                self._reported_failure = True
                self._show_message(gettext("The notification could not be shown: {error}", error=result.error))
