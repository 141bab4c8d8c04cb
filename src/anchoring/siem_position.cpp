#include "siem_position.hpp"

#include <algorithm>
#include <sstream>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/file.hpp>

namespace edgeward::anchoring {
namespace {

constexpr std::string_view form = "edgeward-siem-position 1 ";
constexpr std::size_t longest = 256;
constexpr unsigned mode = 0600;

std::string line_of(const SiemPosition& position) {
    std::string line(form);
    line.append(std::to_string(position.sequence)).append(" ").append(to_hex(position.digest));
    return line.append(" ").append(to_rfc3339(position.time)).append("\n");
}

}  // namespace

Result<SiemPosition> read_siem_position(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error) && !error) return SiemPosition{};
    const auto text = read_file(file, longest);
    if (!text) return failure(Error(text.error()).during("position of the SIEM"));
    std::istringstream words(text->substr(std::min(form.size(), text->size())));
    SiemPosition position;
    std::string digest;
    std::string time;
    Bytes octets;
    words >> position.sequence >> digest >> time;
    const auto read = parse_rfc3339(time);
    if (from_hex(digest, octets) && octets.size() == position.digest.size() && read) {
        std::copy(octets.begin(), octets.end(), position.digest.begin());
        position.time = read->utc;
    }
    if (!words || line_of(position) != *text)
        return failure(ErrorKind::corrupt, "position of the SIEM: the file is not of this form");
    return position;
}

Result<void> write_siem_position(const std::filesystem::path& file, const SiemPosition& position) {
    return write_file_durably(file, bytes_of(line_of(position)), mode);
}

}  // namespace edgeward::anchoring
