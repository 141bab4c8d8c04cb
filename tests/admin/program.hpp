#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace edgeward::admin_tests {

// Asks until `holds` or the deadline has passed.
inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::seconds patience = std::chrono::seconds(20)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

// A third-party program with its output in a file; ended with the object.
class Program {
public:
    Program(std::vector<std::string> command, std::filesystem::path output) : output_(std::move(output)) {
        std::vector<char*> arguments;
        for (std::string& word : command)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        child_ = ::fork();
        if (child_ < 0) throw std::runtime_error("fork failed");
        if (child_ == 0) {
            const int file = ::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            const int nothing = ::open("/dev/null", O_RDONLY);
            ::dup2(nothing, 0);
            ::dup2(file, 1);
            ::dup2(file, 2);
            ::execvp(arguments[0], arguments.data());
            ::_exit(127);
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (child_ <= 0) return;
        ::kill(child_, SIGTERM);
        wait();
    }

    // The exit code; 127 when the program is not there.
    int wait() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }
    [[nodiscard]] std::string output() const {
        std::ifstream file(output_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

private:
    std::filesystem::path output_;
    pid_t child_ = 0;
};

struct Outcome {
    int code = 0;
    std::string output;
};

inline Outcome run(std::vector<std::string> command, const std::filesystem::path& output) {
    Program program(std::move(command), output);
    const int code = program.wait();
    return {code, program.output()};
}

}  // namespace edgeward::admin_tests
