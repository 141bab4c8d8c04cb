#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/admin/admin_server.hpp>

#include "command.hpp"
#include "evaluation.hpp"
#include "support/described.hpp"
#include "support/program.hpp"

namespace edgeward::app {

// What a command wrote and how it ended.
struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

// `edgeward` with these arguments, in this process.
inline Ran run_edgeward(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "edgeward");
    std::vector<const char*> pointers;
    for (const auto& argument : arguments)
        pointers.push_back(argument.c_str());
    const std::ostringstream out;
    const std::ostringstream err;
    auto* old_out = std::cout.rdbuf(out.rdbuf());
    auto* old_err = std::cerr.rdbuf(err.rdbuf());
    Ran ran;
    ran.code = run_command_line(static_cast<int>(pointers.size()), pointers.data());
    std::cout.rdbuf(old_out);
    std::cerr.rdbuf(old_err);
    ran.out = out.str();
    ran.err = err.str();
    return ran;
}

inline void write_text(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

inline std::filesystem::path shipped_mappings() {
    return std::filesystem::path(EDGEWARD_SOURCE_DIR) / "config" / "mappings";
}

// What `edgeward init --evaluation` makes, in a folder of its own.
class Installation {
public:
    Installation() {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        EvaluationSettings settings;
        settings.folder = folder();
        settings.mappings = shipped_mappings();
        const auto made = create_evaluation(settings, system_clock().now());
        REQUIRE(made);
    }

    [[nodiscard]] std::filesystem::path folder() const { return scratch_ / "e"; }
    [[nodiscard]] std::filesystem::path config() const { return folder() / "edgeward.toml"; }
    [[nodiscard]] std::filesystem::path socket() const { return folder() / "control.sock"; }

    [[nodiscard]] Ran run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"--config", config().string()});
        return run_edgeward(std::move(arguments));
    }
    void set(const std::string& table, const std::string& name, const std::string& value) const {
        auto text = with_setting(support::text_of_file(config()), table, name, value);
        REQUIRE(text);
        write_text(config(), *text);
    }
    void append(std::string_view text) const {
        std::ofstream(config(), std::ios::binary | std::ios::app) << text;
    }

private:
    support::ScratchFolder scratch_;
};

// A daemon that answers as the test says, at the control socket of an installation.
class CannedDaemon {
public:
    explicit CannedDaemon(const Installation& at) {
        settings_.https = false;
        settings_.socket = at.socket();
    }
    ~CannedDaemon() {
        if (server_) server_->stop();
        work_.reset();
        io_.stop();
        if (thread_.joinable()) thread_.join();
    }
    CannedDaemon(const CannedDaemon&) = delete;
    CannedDaemon& operator=(const CannedDaemon&) = delete;

    void answers(std::string method, std::string pattern, nlohmann::json body) {
        answers_with(std::move(method), std::move(pattern),
                     [body = std::move(body)](const admin::HttpRequest&) {
                         return admin::json_response(200, body.dump());
                     });
    }
    void answers_with(std::string method, std::string pattern, admin::Handler handler) {
        routes_.push_back({std::move(method), std::move(pattern), admin::Exposure::control,
                           admin::Execution::on_pool,
                           [this, handler = std::move(handler)](const admin::HttpRequest& request) {
                               const std::lock_guard lock(mutex_);
                               asked_.push_back(request);
                               return handler(request);
                           }});
    }
    void start() {
        auto server = admin::start_admin_server(settings_, config::Credentials(), io_.get_executor(),
                                                support::described(std::move(routes_)));
        REQUIRE(server);
        server_ = *std::move(server);
        thread_ = std::thread([this] { io_.run(); });
    }
    std::vector<admin::HttpRequest> asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    // The body of the newest request.
    nlohmann::json body() {
        const auto all = asked();
        REQUIRE_FALSE(all.empty());
        return nlohmann::json::parse(all.back().body);
    }

private:
    admin::AdminSettings settings_;
    admin::Routes routes_;
    std::mutex mutex_;
    std::vector<admin::HttpRequest> asked_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::unique_ptr<admin::AdminServer> server_;
    std::thread thread_;
};

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace edgeward::app
