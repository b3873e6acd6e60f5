from tests.servers import server

__all__ = ["server"]
