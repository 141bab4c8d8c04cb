#include "options.hpp"

#include <sys/resource.h>

#include "tls_peer.hpp"

namespace edgeward::load {

Options::Options(int count, char** words) {
    for (int i = 1; i < count; i += 2) {
        const std::string name = words[i];
        if (!name.starts_with("--") || i + 1 == count) give_up("expected --name value, got '" + name + "'");
        values_[name.substr(2)] = words[i + 1];
    }
}

std::string Options::text(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) give_up("--" + name + " is missing");
    return found->second;
}

std::string Options::text(const std::string& name, const std::string& otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
}

long long Options::number(const std::string& name) const {
    const std::string value = text(name);
    char* end = nullptr;
    const long long number = std::strtoll(value.c_str(), &end, 10);
    if (value.empty() || *end != '\0')
        give_up("--" + name + ": expected a whole number, got '" + value + "'");
    return number;
}

long long Options::number(const std::string& name, long long otherwise) const {
    return values_.contains(name) ? number(name) : otherwise;
}

double cpu_microseconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto microseconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return microseconds(used.ru_utime) + microseconds(used.ru_stime);
}

}  // namespace edgeward::load
