#include <edgeward/admin/control_client.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <atomic>
#include <random>

#include "http_session.hpp"
#include "program.hpp"
#include "running_server.hpp"
#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::admin;
using namespace admin_tests;
using support::ScratchFolder;
using namespace std::chrono_literals;

namespace {

// Answers with what it got; counts its calls.
struct Echo {
    std::atomic<int> calls = 0;
    Routes routes() {
        const Handler echo = [this](const HttpRequest& request) {
            ++calls;
            return HttpResponse{200, "text/plain", request.method + " " + request.body + "."};
        };
        return {{"GET", "/echo", Exposure::control, Execution::at_once, echo},
                {"POST", "/echo", Exposure::control, Execution::on_pool, echo}};
    }
};

std::string request(const std::string& head) {
    return head + "\r\nHost: localhost\r\n\r\n";
}

std::string converse(const std::filesystem::path& socket, const std::string& octets) {
    RawClient client(socket);
    REQUIRE(client.connected());
    client.send(octets);
    client.finish();
    return client.receive();
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

}  // namespace

TEST_CASE("a request is answered with closed caches and no guessing of types", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    REQUIRE(server.started());
    const std::string answer = converse(server.socket(), request("GET /echo HTTP/1.1"));
    CHECK(answer.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
    CHECK(answer.find("Cache-Control: no-store\r\n") != std::string::npos);
    CHECK(answer.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
    CHECK(answer.find("Server:") == std::string::npos);
    CHECK(answer.find("\r\n\r\nGET .") != std::string::npos);
}

TEST_CASE("requests that could smuggle another are refused and end the connection", "[http_session]") {
    struct Case {
        std::string what;
        std::string head;
        std::string status;
    };
    const std::string host = "Host: localhost\r\n";
    const std::string post = "POST /echo HTTP/1.1\r\n" + host;
    const std::string get = "GET /echo HTTP/1.1\r\n";
    const auto [what, head, status] = GENERATE_COPY(values<Case>({
        {"length then chunked", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
        {"chunked then length", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", "400"},
        {"two different lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\n", "400"},
        {"two equal lengths", post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", "400"},
        {"list of lengths", post + "Content-Length: 4, 4\r\n\r\n", "400"},
        {"signed length", post + "Content-Length: +4\r\n\r\n", "400"},
        {"negative length", post + "Content-Length: -4\r\n\r\n", "400"},
        {"hexadecimal length", post + "Content-Length: 0x4\r\n\r\n", "400"},
        {"length beyond 64 bits", post + "Content-Length: 99999999999999999999999\r\n\r\n", "400"},
        {"unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400"},
        {"coding list", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "400"},
        {"coding twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "400"},
        {"coding with tab",
         post + "Transfer-Encoding: \x0b"
                "chunked\r\n\r\n0\r\n\r\n",
         "400"},
        {"space before colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "400"},
        {"space before name", get + " Host: localhost\r\n\r\n", "400"},
        {"bad chunk size", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nbody\r\n0\r\n\r\n", "400"},
        {"chunk size beyond 64 bits", post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
         "400"},
        {"negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "400"},
        {"chunk without end", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nokXX0\r\n\r\n", "400"},
        {"bare line feeds", "GET /echo HTTP/1.1\nHost: localhost\n\n", "400"},
        {"bare carriage return in value", get + "Host: local\rhost\r\n\r\n", "400"},
        {"zero octet in value", get + "Host: local" + std::string(1, '\0') + "host\r\n\r\n", "400"},
        {"zero octet in target", std::string("GET /e") + '\0' + "cho HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"no host", get + "\r\n", "400"},
        {"two hosts", get + host + host + "\r\n", "400"},
        {"absolute target", "GET http://localhost/echo HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"authority target", "CONNECT localhost:443 HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"asterisk target", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"empty target", "GET  HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"space in target", "GET /echo x HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"HTTP/1.0", "GET /echo HTTP/1.0\r\n" + host + "\r\n", "505"},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
        {"HTTP/0.9", "GET /echo\r\n\r\n", "400"},
        {"lower-case version", "GET /echo http/1.1\r\n" + host + "\r\n", "400"},
        {"TLS on the plain socket", "\x16\x03\x01\x02" + std::string(20, '\x01') + "\r\n\r\n", "400"},
        {"path beyond the root", "GET /../etc/passwd HTTP/1.1\r\n" + host + "\r\n", "400"},
        {"unmet expectation", post + "Expect: miracles\r\nContent-Length: 2\r\n\r\nok", "417"},
    }));
    CAPTURE(what);
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    REQUIRE(server.started());
    RawClient client(server.socket());
    client.send(head + request("GET /echo HTTP/1.1\r\nX-Name: MUSTERMANN"));
    const std::string answer = client.receive();
    CHECK(client.closed());
    CHECK(answer.rfind("HTTP/1.1 " + status + " ", 0) == 0);
    CHECK(count(answer, "Content-Length: ") == 1);
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
    CHECK(answer.find("Content-Type: application/json\r\n") != std::string::npos);
    CHECK(answer.find("MUSTERMANN") == std::string::npos);
    CHECK(answer.find("passwd") == std::string::npos);
    CHECK(echo.calls == 0);
}

TEST_CASE("only listed methods are allowed and TRACE reflects nothing", "[http_session]") {
    const std::string method = GENERATE("TRACE", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "get");
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    const std::string answer =
        converse(server.socket(), request(method + " /echo HTTP/1.1\r\nX-Name: MUSTERMANN"));
    CHECK(answer.rfind("HTTP/1.1 405 ", 0) == 0);
    CHECK(answer.find("Allow: GET, HEAD, POST\r\n") != std::string::npos);
    CHECK(answer.find("MUSTERMANN") == std::string::npos);
    CHECK(echo.calls == 0);
}

TEST_CASE("an unknown path is a JSON error that does not repeat it", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    const std::string answer = converse(server.socket(), request("GET /MUSTERMANN?x=MUSTERMANN HTTP/1.1"));
    CHECK(answer.rfind("HTTP/1.1 404 ", 0) == 0);
    CHECK(answer.find(R"({"error":"invalid_input","message":"there is no such path"})") != std::string::npos);
    CHECK(answer.find("MUSTERMANN") == std::string::npos);
}

TEST_CASE("a server may word what it refuses by itself and not what its handlers say", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    auto settings = control_only(folder.path());
    settings.refusals = [](const HttpResponse& refused) {
        return HttpResponse{refused.status, "text/plain", "no: " + error_of(refused)->message};
    };
    const RunningServer server(settings, echo.routes());
    const std::string unknown = converse(server.socket(), request("GET /nowhere HTTP/1.1"));
    CHECK(unknown.rfind("HTTP/1.1 404 ", 0) == 0);
    CHECK(unknown.ends_with("\r\n\r\nno: there is no such path"));
    const std::string broken = converse(server.socket(), "GET /echo HTTP/1.1\r\n\r\n");  // names no host
    CHECK(broken.ends_with("\r\n\r\nno: the request must name one host"));
    CHECK(converse(server.socket(), request("GET /echo HTTP/1.1")).ends_with("\r\n\r\nGET ."));
}

TEST_CASE("headers and bodies beyond the limit are refused without being read to the end", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    const std::string get = "GET /echo HTTP/1.1\r\nHost: localhost\r\n";
    const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
    CHECK(converse(server.socket(), get + "X: " + std::string(9000, 'x') + "\r\n\r\n")
              .rfind("HTTP/1.1 431 ", 0) == 0);
    CHECK(converse(server.socket(), "GET /" + std::string(20000, 'x') + " HTTP/1.1\r\n\r\n")
              .rfind("HTTP/1.1 431 ", 0) == 0);
    CHECK(converse(server.socket(), post + "Content-Length: 1048577\r\n\r\n").rfind("HTTP/1.1 413 ", 0) == 0);
    std::string chunks = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 17; ++i)
        chunks += "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    CHECK(converse(server.socket(), chunks + "0\r\n\r\n").rfind("HTTP/1.1 413 ", 0) == 0);
    CHECK(echo.calls == 0);
    // At the limit it passes.
    const std::string full = post + "Content-Length: 1048576\r\n\r\n" + std::string(1048576, 'x');
    CHECK(converse(server.socket(), full).rfind("HTTP/1.1 200 ", 0) == 0);
}

TEST_CASE("pipelined requests are answered one after the other in order", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n";
    const std::string answer =
        converse(server.socket(), post + "one" + request("GET /echo HTTP/1.1") + post + "two");
    CHECK(count(answer, "HTTP/1.1 200 OK") == 3);
    CHECK(answer.find("POST one.") < answer.find("GET ."));
    CHECK(answer.find("GET .") < answer.find("POST two."));
    CHECK(echo.calls == 3);
}

TEST_CASE("HEAD has the fields of GET and no body", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    const std::string answer = converse(server.socket(), request("HEAD /echo HTTP/1.1"));
    CHECK(answer.rfind("HTTP/1.1 200 ", 0) == 0);
    CHECK(answer.find("Content-Length: 5\r\n") != std::string::npos);
    CHECK(answer.substr(answer.size() - 4) == "\r\n\r\n");
}

TEST_CASE("a chunked body is put together and a polite client may continue", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
    CHECK(converse(server.socket(),
                   post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
              .find("POST abcde.") != std::string::npos);
    RawClient client(server.socket());
    client.send(post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.receive("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    CHECK(client.receive("POST ok.").find("POST ok.") != std::string::npos);
}

TEST_CASE("a request may arrive octet by octet", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    const RunningServer server(control_only(folder.path()), echo.routes());
    RawClient client(server.socket());
    for (const char octet : request("GET /echo HTTP/1.1"))
        REQUIRE(client.send({&octet, 1}));
    CHECK(client.receive("GET .").find("HTTP/1.1 200 OK") == 0);
}

TEST_CASE("a slow request is cut off at its deadline however steadily it drips", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    AdminSettings settings = control_only(folder.path());
    settings.request_timeout = 400ms;
    const RunningServer server(settings, echo.routes());
    const std::string begin =
        GENERATE("", "GET /echo HTTP/1.1\r\nX: ",
                 "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
    RawClient slow(server.socket());
    const auto start = std::chrono::steady_clock::now();
    REQUIRE((begin.empty() || slow.send(begin)));
    // One octet every 20 ms would last for 20 s.
    const bool cut =
        eventually([&] { return !begin.empty() ? !slow.send("x") : slow.receive({}, 1s).empty(); }, 5s);
    const auto lasted = std::chrono::steady_clock::now() - start;
    CHECK(cut);
    CHECK(lasted >= 350ms);
    CHECK(lasted < 4s);
    CHECK(converse(server.socket(), request("GET /echo HTTP/1.1")).find("GET .") != std::string::npos);
    CHECK(echo.calls == 1);
}

TEST_CASE("no damaged request brings the server down", "[http_session]") {
    const ScratchFolder folder;
    Echo echo;
    AdminSettings settings = control_only(folder.path());
    settings.request_timeout = 2s;
    const RunningServer server(settings, echo.routes());
    const std::string whole =
        "POST /echo?x=1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4\r\nbody\r\n0\r\n\r\n";
    std::mt19937 random(99);
    for (int round = 0; round < 400; ++round) {
        std::string damaged = whole;
        for (auto i = random() % 3 + 1; i > 0; --i) {
            const std::size_t at = random() % damaged.size();
            if (random() % 2 == 0)
                damaged[at] = static_cast<char>(random() % 256);
            else
                damaged.erase(at, random() % 4 + 1);
        }
        const std::string answer = converse(server.socket(), damaged);
        REQUIRE((answer.empty() || answer.rfind("HTTP/1.1 ", 0) == 0));
    }
    CHECK(converse(server.socket(), whole).find("POST body.") != std::string::npos);
}
