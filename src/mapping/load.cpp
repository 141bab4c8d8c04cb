#include <edgeward/mapping/mapping.hpp>

#include <system_error>
#include <utility>

#include <edgeward/core/folder.hpp>

#include "compile.hpp"

namespace edgeward::mapping {
namespace {

using config::Document;
using config::Problem;
namespace fs = std::filesystem;

// Mappings of several files on their way into one set.
class Collection {
public:
    void add(Document document) {
        Compilation compilation = compile(document);
        append(loaded_.problems, std::move(compilation.problems));
        append(loaded_.warnings, std::move(compilation.warnings));
        if (!compilation.mapping) return;
        const std::string name = compilation.mapping->name;
        if (!mappings_.emplace(name, Mapping(std::move(compilation.mapping))).second) {
            loaded_.problems.push_back(
                {document.name(), 0, 0, "mapping.name", "another file has this name already"});
        }
    }

    void refuse(const fs::path& path, std::string text) {
        loaded_.problems.push_back({path.string(), 0, 0, {}, std::move(text)});
    }

    LoadedMappings take() {
        loaded_.set = MappingSet(std::move(mappings_));
        return std::move(loaded_);
    }

private:
    static void append(std::vector<Problem>& to, std::vector<Problem> from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    }

    std::map<std::string, Mapping, std::less<>> mappings_;
    LoadedMappings loaded_;
};

}  // namespace

LoadedMappings load_mappings(const fs::path& folder) {
    Collection collection;
    const auto files = files_in(folder, ".toml");
    if (!files) collection.refuse(folder, "expected a readable folder of mappings: " + files.error().message);
    for (const fs::path& file : files.value_or(std::vector<fs::path>()))
        collection.add(Document::load(file));
    return collection.take();
}

LoadedMappings load_mapping(const fs::path& file) {
    Collection collection;
    collection.add(Document::load(file));
    return collection.take();
}

LoadedMappings parse_mapping(std::string_view toml, std::string name) {
    Collection collection;
    collection.add(Document::parse(toml, std::move(name)));
    return collection.take();
}

std::vector<Problem> lint(const fs::path& file_or_folder) {
    std::error_code error;
    LoadedMappings loaded = fs::is_directory(file_or_folder, error) ? load_mappings(file_or_folder)
                                                                    : load_mapping(file_or_folder);
    std::vector<Problem> all = std::move(loaded.problems);
    for (Problem& warning : loaded.warnings) {
        warning.text.insert(0, "warning: ");
        all.push_back(std::move(warning));
    }
    return all;
}

}  // namespace edgeward::mapping
