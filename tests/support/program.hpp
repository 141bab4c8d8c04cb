#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch_folder.hpp"

namespace edgeward::support {

// Asks until `holds` or the deadline has passed.
inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::seconds patience = std::chrono::seconds(20)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

inline std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A third-party program; its output goes to two files. Ended with the object.
class Program {
public:
    Program(std::vector<std::string> command, const std::filesystem::path& output) : output_(output) {
        std::vector<char*> arguments;
        for (std::string& word : command)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const std::string errors = output_.string() + ".err";
        child_ = ::fork();
        if (child_ < 0) throw std::runtime_error("fork failed");
        if (child_ == 0) {
            ::dup2(::open("/dev/null", O_RDONLY), 0);
            ::dup2(::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
            ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
            ::execvp(arguments[0], arguments.data());
            ::_exit(127);
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() { end(); }

    void end(int signal = SIGTERM) {
        if (child_ <= 0) return;
        ::kill(child_, signal);
        wait();
    }
    [[nodiscard]] pid_t pid() const { return child_; }
    // The exit code; 127 when the program is not there.
    int wait() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }
    [[nodiscard]] std::string output() const { return text_of_file(output_); }
    // The first line of its output, waited for; nothing when it ended or said nothing in time.
    [[nodiscard]] std::optional<std::string> first_line() {
        std::string text;
        const bool there = eventually(
            [&] {
                text = output();
                return text.find('\n') != std::string::npos || ::waitpid(child_, nullptr, WNOHANG) == child_;
            },
            std::chrono::seconds(90));  // Node.js on a machine that does something else
        const auto end = text.find('\n');
        if (!there || end == std::string::npos) return std::nullopt;
        return text.substr(0, end);
    }

private:
    std::filesystem::path output_;
    pid_t child_ = 0;
};

}  // namespace edgeward::support
