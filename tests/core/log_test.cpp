#include <edgeward/core/log.hpp>

#include <algorithm>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/core/file.hpp>
#include <nlohmann/json.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::log {
namespace {

using namespace std::chrono_literals;

// Everything the process writes to stderr while this lives.
class CapturedStderr {
public:
    CapturedStderr() : before_(::dup(STDERR_FILENO)) {
        const int file =
            ::open((folder_ / "stderr").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        REQUIRE(file >= 0);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
    }
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;
    ~CapturedStderr() {
        ::dup2(before_, STDERR_FILENO);
        ::close(before_);
    }
    [[nodiscard]] std::string text() const { return read_file(folder_ / "stderr").value_or("unreadable"); }

private:
    support::ScratchFolder folder_;
    int before_;
};

TEST_CASE("events below the level are not written", "[log]") {
    const CapturedStderr captured;
    configure(Level::warning, Format::journal);
    debug("a");
    info("b");
    warning("c");
    error("d", {{"n", 1}});
    set_level(Level::debug);
    debug("e");
    CHECK(captured.text() == "<4>c\n<3>d n=1\n<7>e\n");
    configure(Level::info, Format::text);
}

TEST_CASE("an event is never read as a format", "[log]") {
    const CapturedStderr captured;
    configure(Level::info, Format::journal);
    info("{} %s {0}", {{"value", "{:d}%n"}});
    CHECK(captured.text() == "<6>{} %s {0} value={:d}%n\n");
    configure(Level::info, Format::text);
}

TEST_CASE("lines of several threads do not mix", "[log]") {
    const CapturedStderr captured;
    configure(Level::info, Format::json);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < 250; ++i)
                info("event", {{"thread", t}, {"text", std::string(200, 'x')}});
        });
    }
    for (auto& thread : threads)
        thread.join();
    const std::string text = captured.text();
    CHECK(std::count(text.begin(), text.end(), '\n') == 1000);
    std::size_t sound = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        if (nlohmann::json::accept(text.substr(at, text.find('\n', at) - at))) ++sound;
    }
    CHECK(sound == 1000);
    configure(Level::info, Format::text);
}

TEST_CASE("a lasting trouble is said once and its end with the count", "[log]") {
    const CapturedStderr captured;
    configure(Level::info, Format::journal);
    Trouble trouble;
    trouble.clear("kis", "answered again");
    for (int i = 0; i < 100; ++i)
        trouble.raise("kis", "does not answer", {{"destination", "kis"}});
    trouble.raise("lis", "does not answer", {{"destination", "lis"}});
    trouble.clear("kis", "answered again", {{"destination", "kis"}});
    trouble.clear("kis", "answered again", {{"destination", "kis"}});
    trouble.raise("kis", "does not answer", {{"destination", "kis"}});
    CHECK(captured.text() ==
          "<4>does not answer destination=kis\n"
          "<4>does not answer destination=lis\n"
          "<6>answered again destination=kis count=100\n"
          "<4>does not answer destination=kis\n");
    configure(Level::info, Format::text);
}

TEST_CASE("a trouble is said again with its count after the reminder", "[log]") {
    const CapturedStderr captured;
    configure(Level::info, Format::journal);
    Trouble trouble(0s);
    trouble.raise("kis", "does not answer");
    trouble.raise("kis", "does not answer");
    CHECK(captured.text() == "<4>does not answer\n<4>does not answer count=2\n");
    configure(Level::info, Format::text);
}

TEST_CASE("levels and formats are read by their names only", "[log]") {
    CHECK(parse_level("debug") == Level::debug);
    CHECK(parse_level("info") == Level::info);
    CHECK(parse_level("warning") == Level::warning);
    CHECK(parse_level("error") == Level::error);
    CHECK(parse_format("journal") == Format::journal);
    CHECK(parse_format("text") == Format::text);
    CHECK(parse_format("json") == Format::json);
    for (const std::string_view other : {"", "Info", "warn", "info ", "xml"}) {
        CAPTURE(other);
        REQUIRE_FALSE(parse_level(other));
        CHECK(parse_level(other).error().kind == ErrorKind::invalid_input);
        REQUIRE_FALSE(parse_format(other));
        CHECK(parse_format(other).error().kind == ErrorKind::invalid_input);
    }
}

}  // namespace
}  // namespace edgeward::log
