#include "place.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace edgeward::dlp {
namespace {

bool is_hl7(std::string_view message) {
    return message.starts_with("MSH");
}
bool is_json(std::string_view message) {
    return message.starts_with("{");
}

std::string octet(std::size_t offset) {
    return "octet " + std::to_string(offset);
}

bool is_segment_name(std::string_view name) {
    return name.size() == 3 && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

std::size_t line_begin(std::string_view message, std::size_t offset) {
    const std::size_t before = offset == 0 ? std::string_view::npos : message.rfind('\r', offset - 1);
    return before == std::string_view::npos ? 0 : before + 1;
}

// Of the segment that begins at `begin`: field 0 is its name, MSH-1 the first separator.
std::size_t field_number(std::string_view message, std::size_t begin, std::size_t offset) {
    const auto separators = std::count(message.begin() + static_cast<std::ptrdiff_t>(begin),
                                       message.begin() + static_cast<std::ptrdiff_t>(offset), '|');
    return static_cast<std::size_t>(separators) +
           (message.substr(begin, 3) == "MSH" && separators > 0 ? 1 : 0);
}

std::string hl7_place(std::string_view message, std::size_t offset) {
    const std::size_t begin = line_begin(message, offset);
    const std::string_view name = message.substr(begin, std::min<std::size_t>(3, message.size() - begin));
    if (!is_segment_name(name)) return octet(offset);
    std::size_t number = 1;
    for (std::size_t at = 0; at < begin; at = message.find('\r', at) + 1) {
        if (message.substr(at, 3) == name) ++number;
    }
    return std::string(name) + "[" + std::to_string(number) + "]-" +
           std::to_string(field_number(message, begin, offset));
}

// A walk through JSON that keeps the path; what is no JSON gives some path, never text beyond member names.
class Walk {
public:
    explicit Walk(std::string_view message) : message_(message) {}

    void to(std::size_t offset) {
        while (at_ < message_.size() && at_ < offset)
            step(offset);
    }
    [[nodiscard]] std::string pointer(const std::function<bool(std::string_view)>& names_a_person) const {
        std::string path;
        for (const auto& level : path_) {
            path += "/";
            path += level.array ? std::to_string(level.index) : shown(level.member, names_a_person);
        }
        return path.empty() ? "/" : path;
    }
    [[nodiscard]] bool in_string() const noexcept { return in_string_; }
    [[nodiscard]] std::string_view member() const noexcept {
        return path_.empty() ? std::string_view{} : path_.back().member;
    }
    [[nodiscard]] std::size_t object_begin() const noexcept { return path_.empty() ? 0 : path_.back().begin; }

private:
    struct Level {
        bool array = false;
        std::size_t index = 0;
        std::string_view member{};
        std::size_t begin = 0;
        bool value = false;  // behind the colon
    };
    static constexpr std::size_t deepest = 64;
    static constexpr std::size_t longest_member = 32;

    static std::string shown(std::string_view member,
                             const std::function<bool(std::string_view)>& names_a_person) {
        const bool plain =
            member.size() <= longest_member && std::all_of(member.begin(), member.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            });
        return plain && !member.empty() && !names_a_person(member) ? std::string(member) : "?";
    }

    void step(std::size_t offset) {
        const char c = message_[at_];
        ++at_;
        if (in_string_) return inside(c);
        if (c == '"') {
            in_string_ = true;
            string_begin_ = at_;
            if (!path_.empty() && !path_.back().array && !path_.back().value) path_.back().member = {};
        } else if ((c == '{' || c == '[') && path_.size() < deepest && at_ <= offset) {
            path_.push_back({c == '[', 0, {}, at_ - 1, false});
        } else if ((c == '}' || c == ']') && !path_.empty()) {
            path_.pop_back();
        } else if (c == ':' && !path_.empty()) {
            path_.back().value = true;
        } else if (c == ',' && !path_.empty()) {
            ++path_.back().index;
            path_.back().value = false;
        }
    }
    void inside(char c) {
        if (c == '\\') {
            ++at_;
            return;
        }
        if (c != '"') return;
        in_string_ = false;
        if (!path_.empty() && !path_.back().array && !path_.back().value)
            path_.back().member = message_.substr(string_begin_, at_ - 1 - string_begin_);
    }

    std::string_view message_;
    std::size_t at_ = 0;
    std::vector<Level> path_;
    bool in_string_ = false;
    std::size_t string_begin_ = 0;
};

bool is_measured_in_hl7(std::string_view message, std::size_t offset) {
    const std::size_t begin = line_begin(message, offset);
    const std::string_view segment = message.substr(begin);
    if (!segment.starts_with("OBX|") || field_number(message, begin, offset) != 5) return false;
    const std::size_t type = segment.find('|', 4);
    if (type == std::string_view::npos) return false;
    const std::string_view name = segment.substr(type, 4);
    return name == "|NM|" || name == "|SN|" || name == "|NA|";
}

bool is_public_in_hl7(std::string_view message, std::size_t end) {
    constexpr std::array<std::string_view, 4> systems{"MDC", "LN", "SCT", "UCUM"};
    if (end >= message.size() || message[end] != '^') return false;
    const std::size_t text_end = message.find_first_of("^|~\r", end + 1);
    if (text_end == std::string_view::npos || message[text_end] != '^') return false;
    const std::size_t system_end = std::min(message.find_first_of("^|~\r&", text_end + 1), message.size());
    const std::string_view system = message.substr(text_end + 1, system_end - text_end - 1);
    return std::find(systems.begin(), systems.end(), system) != systems.end();
}

bool is_public_in_json(std::string_view message, std::size_t begin) {
    constexpr std::array<std::string_view, 4> systems{"urn:iso:std:iso:11073:10101", "http://loinc.org",
                                                      "http://snomed.info/sct", "http://unitsofmeasure.org"};
    Walk walk(message);
    walk.to(begin);
    if (walk.member() != "code") return false;
    const std::size_t object = walk.object_begin();
    const std::string_view coding = message.substr(object, message.find('}', object) - object);
    return std::any_of(systems.begin(), systems.end(), [coding](std::string_view system) {
        return coding.find("\"system\":\"" + std::string(system) + "\"") != std::string_view::npos;
    });
}

}  // namespace

std::string place_of(std::string_view message, std::size_t offset,
                     const std::function<bool(std::string_view)>& names_a_person) {
    offset = std::min(offset, message.size());
    if (is_hl7(message)) return hl7_place(message, offset);
    if (!is_json(message)) return octet(offset);
    Walk walk(message);
    walk.to(offset);
    return walk.pointer(names_a_person);
}

bool is_measured(std::string_view message, std::size_t offset) {
    if (is_hl7(message)) return is_measured_in_hl7(message, offset);
    if (!is_json(message)) return false;
    Walk walk(message);
    walk.to(offset);
    return !walk.in_string() || walk.member() == "data";
}

bool is_public_code(std::string_view message, std::size_t begin, std::size_t end) {
    if (is_hl7(message)) return is_public_in_hl7(message, end);
    return is_json(message) && is_public_in_json(message, begin);
}

}  // namespace edgeward::dlp
