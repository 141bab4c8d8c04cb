#include "proof_note.hpp"

#include <edgeward/core/file.hpp>

namespace edgeward::backup {
namespace {

constexpr const char* note_file = "last-proof";
constexpr std::string_view first_line = "edgeward-backup-proof 1\n";
constexpr unsigned owner_only = 0600;

// The rest of the next line after `word`.
std::optional<std::string_view> take(std::string_view& text, std::string_view word) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || !text.starts_with(word)) return std::nullopt;
    const auto value = text.substr(word.size(), end - word.size());
    text.remove_prefix(end + 1);
    return value;
}

}  // namespace

std::optional<ProofNote> read_proof_note(const std::filesystem::path& folder) {
    const auto content = read_file(folder / note_file, 1024);
    if (!content || !content->starts_with(first_line)) return std::nullopt;
    std::string_view text = std::string_view(*content).substr(first_line.size());
    const auto time = take(text, "time ");
    const auto name = take(text, "name ");
    if (!time || !name) return std::nullopt;
    const auto when = parse_rfc3339(*time);
    if (!when) return std::nullopt;
    return ProofNote{when->utc, std::string(*name)};
}

Result<void> write_proof_note(const std::filesystem::path& folder, const ProofNote& note) {
    std::string text(first_line);
    text.append("time ").append(to_rfc3339(note.when)).append("\nname ").append(note.name).append("\n");
    return write_file_durably(folder / note_file, bytes_of(text), owner_only);
}

}  // namespace edgeward::backup
