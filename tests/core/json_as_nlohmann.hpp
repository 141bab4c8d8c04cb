#pragma once

#include <edgeward/core/json_events.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <string>

namespace edgeward {

// What is told of a text, a line for each, as nlohmann's reader could tell it too: numbers as binary64.
class Told final : public JsonEvents {
public:
    bool null() override { return add("null"); }
    bool boolean(bool truth) override { return add(truth ? "true" : "false"); }
    bool number(std::string_view text) override {
        return number_of(std::strtod(std::string(text).c_str(), nullptr));
    }
    bool number_of(double number) { return add("number " + std::to_string(number)); }
    bool text(std::string_view text) override { return add(std::string("text ").append(text)); }
    bool key(std::string_view name) override { return add(std::string("key ").append(name)); }
    bool begin_object() override { return add("{"); }
    bool end_object() override { return add("}"); }
    bool begin_array() override { return add("["); }
    bool end_array() override { return add("]"); }

    [[nodiscard]] const std::string& lines() const noexcept { return lines_; }

private:
    bool add(std::string_view line) {
        lines_.append(line).append("\n");
        return true;
    }
    std::string lines_;
};

// The same from nlohmann's reader.
class ToldByNlohmann final : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return told_.null(); }
    bool boolean(bool truth) override { return told_.boolean(truth); }
    bool number_integer(number_integer_t number) override { return told_.number(std::to_string(number)); }
    bool number_unsigned(number_unsigned_t number) override { return told_.number(std::to_string(number)); }
    bool number_float(number_float_t number, const string_t& /*text*/) override {
        return told_.number_of(number);
    }
    bool string(string_t& text) override { return told_.text(text); }
    bool binary(binary_t& /*none in text*/) override { return false; }
    bool start_object(std::size_t /*unknown*/) override { return told_.begin_object(); }
    bool key(string_t& name) override { return told_.key(name); }
    bool end_object() override { return told_.end_object(); }
    bool start_array(std::size_t /*unknown*/) override { return told_.begin_array(); }
    bool end_array() override { return told_.end_array(); }
    bool parse_error(std::size_t /*octet*/, const std::string& /*token*/,
                     const nlohmann::json::exception& /*what*/) override {
        return false;
    }
    [[nodiscard]] const Told& told() const noexcept { return told_; }

private:
    Told told_;
};

// Whether both readers agree on a text: that it is none, or on all that it says. To nlohmann's minus nothing
// is nothing, and a NUL ends the text, whatever comes behind it.
inline bool agree_on(std::string_view text) {
    Told ours;
    ToldByNlohmann theirs;
    const bool read = !read_json(text, ours, 1000);
    if (text.find('\0') != std::string_view::npos) return !read;
    if (read != nlohmann::json::sax_parse(text.begin(), text.end(), &theirs)) return false;
    const auto without_sign = [](std::string lines) {
        constexpr std::string_view negative = "number -0.000000\n";
        for (auto at = lines.find(negative); at != std::string::npos; at = lines.find(negative))
            lines.erase(at + 7, 1);
        return lines;
    };
    return !read || without_sign(ours.lines()) == without_sign(theirs.told().lines());
}

}  // namespace edgeward
