#include <edgeward/core/json_events.hpp>

// Boost.JSON is headers only here; this is the one place where its bodies are compiled.
#include <boost/json/src.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cmath>
#include <limits>
#include <string>

namespace edgeward {
namespace {

namespace json = boost::json;
using json::error_code;

// What Boost's parser calls. Texts come in parts where they are escaped; one that stops it sets an error.
class Handler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    explicit Handler(JsonEvents& events) : events_(events) {}

    bool on_document_begin(error_code& /*error*/) { return true; }
    bool on_document_end(error_code& /*error*/) { return true; }
    bool on_object_begin(error_code& error) { return go_on(events_.begin_object(), error); }
    bool on_object_end(std::size_t /*members*/, error_code& error) {
        return go_on(events_.end_object(), error);
    }
    bool on_array_begin(error_code& error) { return go_on(events_.begin_array(), error); }
    bool on_array_end(std::size_t /*elements*/, error_code& error) {
        return go_on(events_.end_array(), error);
    }
    bool on_key_part(std::string_view part, std::size_t /*so_far*/, error_code& /*error*/) {
        return keep(part);
    }
    bool on_key(std::string_view rest, std::size_t /*size*/, error_code& error) {
        return tell(&JsonEvents::key, rest, error);
    }
    bool on_string_part(std::string_view part, std::size_t /*so_far*/, error_code& /*error*/) {
        return keep(part);
    }
    bool on_string(std::string_view rest, std::size_t /*size*/, error_code& error) {
        return tell(&JsonEvents::text, rest, error);
    }
    bool on_number_part(std::string_view part, error_code& /*error*/) { return keep(part); }
    bool on_int64(std::int64_t /*number*/, std::string_view rest, error_code& error) {
        return tell(&JsonEvents::number, rest, error);
    }
    bool on_uint64(std::uint64_t /*number*/, std::string_view rest, error_code& error) {
        return tell(&JsonEvents::number, rest, error);
    }
    bool on_double(double number, std::string_view rest, error_code& error) {
        return go_on(std::isfinite(number), error) && tell(&JsonEvents::number, rest, error);
    }
    bool on_bool(bool truth, error_code& error) { return go_on(events_.boolean(truth), error); }
    bool on_null(error_code& error) { return go_on(events_.null(), error); }
    bool on_comment_part(std::string_view /*part*/, error_code& /*error*/) { return true; }
    bool on_comment(std::string_view /*rest*/, error_code& /*error*/) { return true; }

private:
    static bool go_on(bool fine, error_code& error) {
        if (!fine) error = json::error::exception;
        return fine;
    }
    bool keep(std::string_view part) {
        parts_ += part;
        return true;
    }
    bool tell(bool (JsonEvents::*event)(std::string_view), std::string_view rest, error_code& error) {
        if (parts_.empty()) return go_on((events_.*event)(rest), error);
        parts_ += rest;
        const bool fine = (events_.*event)(parts_);
        parts_.clear();
        return go_on(fine, error);
    }

    JsonEvents& events_;
    std::string parts_;  // of the text being read, but its last
};

}  // namespace

std::optional<std::size_t> read_json(std::string_view json, JsonEvents& events, std::size_t deepest) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    const std::size_t begin = json.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    json::parse_options strict;
    strict.max_depth = deepest;
    json::basic_parser<Handler> parser(strict, events);
    error_code error;
    const std::size_t read = parser.write_some(false, json.data() + begin, json.size() - begin, error);
    if (!error && begin + read == json.size()) return std::nullopt;
    return begin + read + 1;
}

}  // namespace edgeward
