#pragma once

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include "http_connection.hpp"

namespace edgeward::transport::canned {

using boost::asio::ip::tcp;

// Answers each request on one connection with the next text, then closes. A text of nothing only waits.
class CannedServer {
public:
    // `end`: what a request ends with.
    explicit CannedServer(std::vector<std::string> answers, std::string end = "\r\n\r\nBODY")
        : end_(std::move(end)),
          acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
          thread_([this, answers] { serve(answers); }) {}
    CannedServer(const CannedServer&) = delete;
    CannedServer& operator=(const CannedServer&) = delete;
    ~CannedServer() { thread_.join(); }
    [[nodiscard]] HttpEndpoint endpoint() const {
        HttpUrl url;
        url.secure = false;
        url.host = "127.0.0.1";
        url.port = acceptor_.local_endpoint().port();
        return {url, {}, config::Credentials()};
    }
    // What came in; complete after the connection has ended.
    [[nodiscard]] const std::vector<std::string>& requests() {
        if (thread_.joinable()) thread_.join();
        thread_ = std::thread([] {});
        return requests_;
    }

private:
    void serve(const std::vector<std::string>& answers) {
        boost::system::error_code error;
        tcp::socket socket(io_);
        acceptor_.accept(socket, error);
        std::string received;
        for (const auto& answer : answers) {
            const auto head =
                boost::asio::read_until(socket, boost::asio::dynamic_buffer(received), end_, error);
            if (error) return;
            requests_.push_back(received.substr(0, head));
            received.erase(0, head);
            boost::asio::write(socket, boost::asio::buffer(answer), error);
            if (answer.empty())
                boost::asio::read_until(socket, boost::asio::dynamic_buffer(received), "never", error);
        }
    }

    const std::string end_;
    boost::asio::io_context io_;
    tcp::acceptor acceptor_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

template <typename T>
T run(boost::asio::awaitable<T> work) {
    boost::asio::io_context io;
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(work),
                          [&](std::exception_ptr, T made) { result.emplace(std::move(made)); });
    io.run();
    REQUIRE(result);
    return std::move(*result);
}

inline HttpRequest request() {
    return {"POST", "/fhir", {{"X-Request-Id", "7"}}, "BODY"};
}

}  // namespace edgeward::transport::canned
