#include <algorithm>
#include <cstdlib>

#include <edgeward/dicom/object.hpp>

namespace edgeward::dicom {
namespace {

constexpr std::size_t longest_uid = 64;
constexpr std::size_t uuid_digits = 32;

bool is_component(std::string_view text) {
    return !text.empty() && (text.size() == 1 || text.front() != '0') &&
           std::ranges::all_of(text, [](char each) { return each >= '0' && each <= '9'; });
}

unsigned nibble(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
    std::abort();
}

}  // namespace

bool is_uid(std::string_view text) noexcept {
    if (text.empty() || text.size() > longest_uid) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!is_component(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

std::string uid_of_uuid(std::string_view uuid) {
    std::string digits;  // least first
    std::size_t read = 0;
    for (const char each : uuid) {
        if (each == '-') continue;
        ++read;
        unsigned carry = nibble(each);
        for (char& digit : digits) {
            carry += 16 * static_cast<unsigned>(digit - '0');
            digit = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry > 0; carry /= 10)
            digits.push_back(static_cast<char>('0' + carry % 10));
    }
    if (read != uuid_digits) std::abort();
    if (digits.empty()) digits.push_back('0');
    std::ranges::reverse(digits);
    std::string uid("2.25.");
    uid.append(digits);
    return uid;
}

}  // namespace edgeward::dicom
