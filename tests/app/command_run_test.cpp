#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <cstdio>

#include "installation.hpp"

namespace edgeward::app {
namespace {

// `edgeward run` in a process of its own, for it takes signals and never returns by itself.
class Daemon {
public:
    explicit Daemon(const Installation& at) : log_(at.folder() / "log") {
        const auto config = at.config().string();
        std::cout.flush();
        std::fflush(nullptr);  // what is buffered is this process's to write
        child_ = ::fork();
        REQUIRE(child_ >= 0);
        if (child_ > 0) return;
        ::dup2(::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
        const char* words[] = {"edgeward", "--config", config.c_str(), "run"};
        ::_exit(run_command_line(4, words));
    }
    ~Daemon() {
        if (child_ > 0) end(SIGKILL);
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    void signal(int number) const { ::kill(child_, number); }
    int end(int number) {
        signal(number);
        return wait();
    }
    int wait() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }
    [[nodiscard]] std::string log() const { return support::text_of_file(log_); }
    [[nodiscard]] bool says(std::string_view words) const {
        return support::eventually([&] { return contains(log(), words); });
    }

private:
    std::filesystem::path log_;
    pid_t child_ = 0;
};

}  // namespace

TEST_CASE("the daemon serves until SIGTERM and reads its configuration again at SIGHUP",
          "[command_run][integration]") {
    const Installation here;
    here.set("mqtt", "port", "1");  // nobody listens there
    here.set("admin", "port", "0");
    Daemon daemon(here);
    REQUIRE(daemon.says("gateway started"));
    CHECK(contains(daemon.log(), "for evaluation only"));
    const auto status = here.run({"status"});
    CHECK(status.code == exit_success);
    CHECK(contains(status.out, "NOT READY"));
    here.append("[[device]]\nid = \"monitor-1\"\nmapping = \"monitor_flat\"\n");
    daemon.signal(SIGHUP);
    CHECK(daemon.says("configuration reloaded"));
    here.append("surprise = 1\n");
    CHECK(here.run({"reload"}).code == exit_failure);
    CHECK(daemon.end(SIGTERM) == exit_success);
    CHECK(contains(daemon.log(), "gateway stopped"));
    CHECK(here.run({"status"}).code == exit_unavailable);
}

TEST_CASE("the daemon does not start with a mistake or without its keys", "[command_run][integration]") {
    const Installation here;
    std::filesystem::remove(here.folder() / "data" / "keyring");
    {
        Daemon daemon(here);
        CHECK(daemon.wait() == exit_misconfigured);
        CHECK(contains(daemon.log(), "the gateway cannot start"));
    }
    here.set("mqtt", "port", "70000");
    Daemon daemon(here);
    CHECK(daemon.wait() == exit_misconfigured);
    CHECK(contains(daemon.log(), "mqtt.port: expected"));
}

}  // namespace edgeward::app
