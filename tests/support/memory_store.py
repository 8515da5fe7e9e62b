"""A file system of Beam that is a dict: objects like those of a cloud, for the tests that need thousands of calls."""

import io
import time
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from apache_beam.io.filesystem import BeamIOError, FileMetadata, FileSystem


class _Upload(io.BytesIO):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def close(self) -> None:
        content = None if self.closed else self.getvalue()
        super().close()
        if content is not None:
            MemoryFileSystem.put(self._path, content)


class MemoryFileSystem(FileSystem):
    """``memory://…``. A missing object raises an error with code 404, as in Cloud Storage."""

    objects: ClassVar[dict[str, tuple[bytes, float]]] = {}
    """Content and time of the last change, by address."""

    @classmethod
    def scheme(cls) -> str:
        return "memory"

    @classmethod
    def put(cls, path: str, content: bytes) -> None:
        cls.objects[path] = (content, time.time())

    @classmethod
    def drop(cls, path: str) -> None:
        cls.objects.pop(path, None)

    def has_dirs(self) -> bool:
        return False

    def join(self, basepath: str, *paths: str) -> str:
        return "/".join((basepath, *paths))

    def split(self, path: str) -> tuple[str, str]:
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path: str) -> None:
        pass

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for path, (content, updated) in sorted(self.objects.items()):
            if path.startswith(dir_or_prefix):
                yield FileMetadata(path, len(content), updated)

    def create(self, path: str, mime_type: str = "", compression_type: str = "") -> io.BytesIO:
        return _Upload(path)

    def open(self, path: str, mime_type: str = "", compression_type: str = "") -> io.BytesIO:
        return io.BytesIO(self._of(path)[0])

    def copy(self, source_file_names: Iterable[str], destination_file_names: Iterable[str]) -> None:
        for old, new in zip(source_file_names, destination_file_names, strict=True):
            MemoryFileSystem.put(new, self._of(old)[0])

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        try:
            self.copy(source_file_names, destination_file_names)
        except _NotFoundError as error:
            raise BeamIOError("Rename operation failed", {("", ""): error}) from error
        self.delete(source_file_names)

    def exists(self, path: str) -> bool:
        return path in self.objects

    def size(self, path: str) -> int:
        return len(self._of(path)[0])

    def last_updated(self, path: str) -> float:
        return self._of(path)[1]

    def checksum(self, path: str) -> str:
        return str(hash(self._of(path)[0]))

    def metadata(self, path: str) -> FileMetadata:
        content, updated = self._of(path)
        return FileMetadata(path, len(content), updated)

    def delete(self, paths: Iterable[str]) -> None:
        for path in paths:
            MemoryFileSystem.drop(path)

    def _of(self, path: str) -> tuple[bytes, float]:
        try:
            return self.objects[path]
        except KeyError:
            raise _NotFoundError(path) from None


class _NotFoundError(Exception):
    code: Any = 404
