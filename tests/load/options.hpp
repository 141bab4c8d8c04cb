#pragma once

#include <map>
#include <string>

// `--name value` pairs of the command line.
namespace edgeward::load {

class Options {
public:
    Options(int count, char** words);
    // Ends the program when there is none and no default.
    [[nodiscard]] std::string text(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const;
    [[nodiscard]] long long number(const std::string& name) const;
    [[nodiscard]] long long number(const std::string& name, long long otherwise) const;

private:
    std::map<std::string, std::string> values_;
};

// User and system time of this process in microseconds.
double cpu_microseconds();

}  // namespace edgeward::load
