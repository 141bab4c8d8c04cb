#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What every paper for people needs: its language, and text that is safe in markup. Pure. Threads: any.
namespace edgeward::report {

enum class Language : std::uint8_t { german, english };

// The same text in both languages.
struct Words {
    std::string_view german;
    std::string_view english;
    [[nodiscard]] std::string in(Language language) const {
        return std::string(language == Language::german ? german : english);
    }
};

// For text and for attributes in quotes, in HTML and XML. Characters XML 1.0 does not have become spaces;
// octets that are not UTF-8 become U+FFFD.
std::string escaped(std::string_view text);

}  // namespace edgeward::report
