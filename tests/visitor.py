"""A visitor without a browser: speaks to the app's server as Streamlit's own page does, over its websocket."""

import re
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.server import AppServer

LEAD = re.compile(r'<p class="lead">(.*?)</p>')


@dataclass
class Visitor:
    """One session: what it was shown last, and the widgets it can move."""

    server: AppServer
    query: str = ""
    page: str = ""
    lead: str = ""
    said: list[str] = field(default_factory=list)  # captions and markdown of the last run
    sliders: dict[str, str] = field(default_factory=dict)  # id by label
    uploaders: dict[str, str] = field(default_factory=dict)
    session: str = ""
    _open: ExitStack = field(default_factory=ExitStack)
    said_after: float = 0.0  # seconds from the last message to the first sentence that came back

    def __enter__(self) -> "Visitor":
        address = self.server.url.replace("http", "ws", 1) + "/_stcore/stream"
        opened = connect(address, subprotocols=["streamlit"], max_size=None, origin=self.server.url)  # type: ignore[arg-type]
        self._socket = self._open.enter_context(opened)
        self.ask()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def slide(self, label: str, value: float) -> float:
        """Move a slider; seconds until the page was whole again."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = next(id for name, id in self.sliders.items() if name.startswith(label))
        state.double_array_value.data.append(value)
        return self.ask(message)

    def turn_to(self, page: str) -> float:
        """Open another page of the same session."""
        message = BackMsg()
        message.rerun_script.page_name = self.page = page
        return self.ask(message)

    def upload(self, label: str, name: str, content: bytes) -> float:
        """Bring a file along, as the page's own uploader does; seconds until the page had read it."""
        asking = BackMsg()
        asking.file_urls_request.request_id = name
        asking.file_urls_request.file_names.append(name)
        asking.file_urls_request.session_id = self.session
        self._socket.send(asking.SerializeToString())
        while True:
            told = self._heard()
            if told.WhichOneof("type") == "file_urls_response":
                urls = told.file_urls_response.file_urls[0]
                break
        with urllib.request.urlopen(f"{self.server.url}/_stcore/health", timeout=30) as answer:  # noqa: S310 hands out a token
            token = str(answer.headers["Set-Cookie"]).partition("=")[2].partition(";")[0]
        kind = 'Content-Disposition: form-data; name="file"; filename="{}"\r\nContent-Type: text/csv'
        body = b"--cut\r\n" + kind.format(name).encode() + b"\r\n\r\n" + content + b"\r\n--cut--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=cut", "X-Xsrftoken": token}
        headers["Cookie"] = f"_streamlit_xsrf={token}"
        request = urllib.request.Request(self.server.url + urls.upload_url, body, headers, method="PUT")  # noqa: S310
        with urllib.request.urlopen(request, timeout=60):  # noqa: S310
            pass
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = next(id for shown, id in self.uploaders.items() if shown.startswith(label))
        given = state.file_uploader_state_value.uploaded_file_info.add()
        given.file_id, given.name, given.size = urls.file_id, name, len(content)
        given.file_urls.CopyFrom(urls)
        return self.ask(message)

    def _heard(self) -> ForwardMsg:
        return ForwardMsg.FromString(self._socket.recv(timeout=120))  # type: ignore[arg-type]

    def ask(self, message: BackMsg | None = None) -> float:
        """Have the script run; seconds until it had ended."""
        message = message or BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        started = time.perf_counter()
        self.said_after = 0.0
        self.sliders, self.uploaders, self.said = {}, {}, []
        self._socket.send(message.SerializeToString())
        while True:
            told = self._heard()
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
                self._shown(told.delta.new_element, started)
            elif kind == "new_session":
                self.session = told.new_session.initialize.session_id or self.session
            elif kind == "page_info_changed":
                self.query = told.page_info_changed.query_string
            elif kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return time.perf_counter() - started

    def _shown(self, element: Any, started: float) -> None:
        kind = element.WhichOneof("type")
        if kind == "html" and (found := LEAD.search(element.html.body)):
            self.lead = found[1]
            self.said_after = time.perf_counter() - started
        elif kind == "markdown":
            self.said.append(element.markdown.body)
        elif kind == "slider":
            self.sliders[element.slider.label] = element.slider.id
        elif kind == "file_uploader":
            self.uploaders[element.file_uploader.label] = element.file_uploader.id
