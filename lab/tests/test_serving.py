from wsgiref.util import setup_testing_defaults

from lab.services.serving import AccessLog


def test_what_a_service_is_asked_is_written_down(tmp_path):
    application = AccessLog(lambda environ, start_response: [b"answered"], tmp_path / "access.log")
    for host, path, query in (("127.0.1.11:9696", "/v2.0/ports", "limit=2"), ("127.0.1.11:19696", "/v2.0/ports", "")):
        environ = {"HTTP_HOST": host, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query}
        setup_testing_defaults(environ)
        assert application(environ, None) == [b"answered"]
    assert (tmp_path / "access.log").read_text().splitlines() == [
        "127.0.1.11:9696 GET /v2.0/ports?limit=2",
        "127.0.1.11:19696 GET /v2.0/ports",
    ]
