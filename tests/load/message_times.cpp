#include "message_times.hpp"

#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

// Reads `digits` digits at the beginning of the text and takes them off it; -1 when there are not as many.
int take(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return -1;
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return -1;
        value = 10 * value + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

void skip(std::string_view& text, char separator) {
    if (!text.empty() && text.front() == separator) text.remove_prefix(1);
}

std::int64_t offset_minutes(std::string_view text) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return 0;
    const bool west = text.front() == '-';
    text.remove_prefix(1);
    const int hours = take(text, 2);
    skip(text, ':');
    const int minutes = hours * 60 + take(text, 2);
    return west ? -minutes : minutes;
}

}  // namespace

void MessageTimes::note(std::int64_t measured_ms, std::uint64_t at_ns) {
    const std::int64_t number = measured_ms - base_;
    if (number < 0 || static_cast<std::size_t>(number) >= times_.size()) return;
    std::uint64_t& time = times_[static_cast<std::size_t>(number)];
    if (time != 0) return;
    time = at_ns;
    ++noted_;
}

void MessageTimes::write(const std::string& file) const {
    std::ofstream out(file, std::ios::binary);
    const auto octets = static_cast<std::streamsize>(times_.size() * sizeof times_.front());
    out.write(reinterpret_cast<const char*>(times_.data()), octets);
    if (!out.flush()) give_up("cannot write " + file);
}

std::int64_t milliseconds_of_text(std::string_view text) {
    std::tm date{};
    date.tm_year = take(text, 4) - 1900;
    skip(text, '-');
    date.tm_mon = take(text, 2) - 1;
    skip(text, '-');
    date.tm_mday = take(text, 2);
    skip(text, 'T');
    date.tm_hour = take(text, 2);
    skip(text, ':');
    date.tm_min = take(text, 2);
    skip(text, ':');
    date.tm_sec = take(text, 2);
    if (date.tm_sec < 0) return -1;
    std::int64_t milliseconds = 0;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        milliseconds = take(text, 3);
    }
    return (timegm(&date) - offset_minutes(text) * 60) * 1000 + milliseconds;
}

std::string text_of_milliseconds(std::int64_t milliseconds) {
    const std::time_t seconds = milliseconds / 1000;
    std::tm date{};
    gmtime_r(&seconds, &date);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &date);
    std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(milliseconds % 1000));
    return text.data();
}

}  // namespace edgeward::load
