#include "layering.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string_view>

#include "coroutine_trap.hpp"

namespace edgeward::architecture {
namespace {

namespace fs = std::filesystem;

// What modules of one layer may see of each other.
enum class Neighbours { none, those_listed_before };

struct Layer {
    Neighbours neighbours;
    std::vector<std::string> modules;
};

// Bottom-up. A module includes lower layers; inside a layer only as said.
const std::vector<Layer>& layers() {
    static const std::vector<Layer> table{
        {Neighbours::none, {"core"}},
        {Neighbours::those_listed_before, {"model", "coding", "config", "crypto"}},
        {Neighbours::those_listed_before,
         {"device", "hl7", "mapping", "pseudonym", "policy", "audit", "fhir", "intake", "dlp", "report",
          "alarm", "dicom", "console"}},
        {Neighbours::none, {"database", "net"}},
        {Neighbours::none, {"ingest", "store", "vault", "transport", "broker", "access"}},
        {Neighbours::none,
         {"pipeline", "delivery", "admin", "backup", "notification", "anchoring", "enrolment"}},
        {Neighbours::none, {"app"}},
    };
    return table;
}

// Contracts stay cheap to include and free of mechanisms.
constexpr std::array<std::string_view, 10> not_in_contracts{
    "mqtt/",          "MQTT",       "sqlcipher/", "openssl/", "spdlog/", "nlohmann/json.hpp",
    "boost/asio.hpp", "boost/json", "dcmtk/",     "fido"};

// Contracts that include one all the same, and why.
const std::map<std::string, std::string, std::less<>>& made_of_mechanisms() {
    static const std::map<std::string, std::string, std::less<>> reasons{
        {"include/edgeward/admin/schema.hpp",
         "JSON Schema is JSON: its values are what the contract is about"},
    };
    return reasons;
}

// One module owns the mechanism; the others use its contract.
struct Mechanism {
    std::string_view prefix;
    std::string_view owner;
};
constexpr std::array<Mechanism, 5> owned_mechanisms{{{"sqlcipher/", "database"},
                                                     {"mqtt/", "ingest"},
                                                     {"toml++/", "config"},
                                                     {"boost/json", "core"},
                                                     {"fido", "access"}}};

// Sources without a test of the same name, and why.
const std::map<std::string, std::string, std::less<>>& untested() {
    static const std::map<std::string, std::string, std::less<>> reasons{
        {"src/app/main.cpp", "calls the command line and nothing else"},
        {"src/net/asio_implementation.cpp", "compiles the bodies of Asio and Beast; holds no code of ours"},
    };
    return reasons;
}

constexpr std::size_t header_budget = 200;
constexpr std::size_t source_budget = 400;

struct Place {
    std::size_t layer;
    std::size_t position;
};

std::optional<Place> place_of(const std::string& module) {
    for (std::size_t layer = 0; layer < layers().size(); ++layer) {
        const auto& modules = layers()[layer].modules;
        const auto found = std::find(modules.begin(), modules.end(), module);
        if (found != modules.end()) return Place{layer, static_cast<std::size_t>(found - modules.begin())};
    }
    return std::nullopt;
}

bool may_include(const std::string& from, const std::string& to) {
    if (from == to) return true;
    const auto user = place_of(from);
    const auto used = place_of(to);
    if (!user || !used || used->layer > user->layer) return false;
    if (used->layer < user->layer) return true;
    return layers()[user->layer].neighbours == Neighbours::those_listed_before &&
           used->position < user->position;
}

struct Include {
    std::size_t line;
    std::string name;
    bool quoted;
};

struct File {
    std::string path;  // from the root, with slashes
    std::string module;
    bool contract;
    std::vector<std::string> lines;
    std::vector<Include> includes;
};

File read(const fs::path& root, const fs::path& path, bool contract) {
    static const std::regex form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    File file{path.lexically_relative(root).generic_string(),
              path.parent_path().filename().string(),
              contract,
              {},
              {}};
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) {
        file.lines.push_back(line);
        std::smatch match;
        if (std::regex_search(line, match, form)) {
            file.includes.push_back({file.lines.size(), match[2], match[1] == "\""});
        }
    }
    return file;
}

std::vector<File> read_all(const fs::path& root) {
    std::vector<File> files;
    for (const auto& [folder, contract] :
         {std::pair{root / "include" / "edgeward", true}, {root / "src", false}}) {
        if (!fs::exists(folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".hpp" || extension == ".cpp")
                files.push_back(read(root, entry.path(), contract));
        }
    }
    return files;
}

class Inspection {
public:
    explicit Inspection(fs::path root) : root_(std::move(root)), files_(read_all(root_)) {}

    std::vector<std::string> breaches() {
        for (const File& file : files_) {
            check_place(file);
            check_size(file);
            check_words(file);
            check_coroutines(file);
            check_test(file);
            for (const Include& include : file.includes)
                check_include(file, include);
        }
        check_use_of_contracts();
        std::sort(breaches_.begin(), breaches_.end());
        return std::move(breaches_);
    }

private:
    void report(const File& file, std::size_t line, const std::string& what) {
        breaches_.push_back(file.path + ":" + std::to_string(line) + ": " + what);
    }

    void check_place(const File& file) {
        if (!place_of(file.module)) report(file, 1, "is in no module of the layer table");
    }

    void check_size(const File& file) {
        const std::size_t budget = fs::path(file.path).extension() == ".hpp" ? header_budget : source_budget;
        if (file.lines.size() > budget) {
            report(file, file.lines.size(), "is longer than " + std::to_string(budget) + " lines");
        }
    }

    void check_words(const File& file) {
        static const std::regex words(R"(\b(TODO|FIXME|XXX)\b)");
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            if (std::regex_search(file.lines[i], words)) report(file, i + 1, "leaves work for later");
        }
    }

    void check_coroutines(const File& file) {
        std::string source;
        for (const std::string& line : file.lines)
            source.append(line).append("\n");
        for (const Trap& trap : coroutine_traps(source))
            report(file, trap.line, trap.what);
    }

    void check_test(const File& file) {
        const fs::path path(file.path);
        if (path.extension() != ".cpp") return;
        const fs::path test = root_ / "tests" / file.module / (path.stem().string() + "_test.cpp");
        const bool excused = untested().find(file.path) != untested().end();
        if (!fs::exists(test) && !excused) report(file, 1, "has no test of the same name");
    }

    void check_include(const File& file, const Include& include) {
        if (include.name.rfind("edgeward/", 0) == 0) return check_contract_include(file, include);
        if (include.quoted) return check_private_include(file, include);
        const auto begins = [&include](std::string_view prefix) {
            return include.name.rfind(prefix, 0) == 0;
        };
        const bool excused = made_of_mechanisms().contains(file.path);
        if (file.contract && !excused &&
            std::any_of(not_in_contracts.begin(), not_in_contracts.end(), begins)) {
            report(file, include.line, "a contract includes a mechanism: " + include.name);
        }
        for (const Mechanism& mechanism : owned_mechanisms) {
            if (begins(mechanism.prefix) && file.module != mechanism.owner) {
                report(file, include.line,
                       "only " + std::string(mechanism.owner) + " may include " + include.name);
            }
        }
    }

    void check_contract_include(const File& file, const Include& include) {
        const std::string module = *std::next(fs::path(include.name).begin());
        if (!fs::exists(root_ / "include" / include.name)) {
            report(file, include.line, "includes a contract that is not there: " + include.name);
        } else if (!may_include(file.module, module)) {
            report(file, include.line, file.module + " may not include " + module);
        }
    }

    void check_private_include(const File& file, const Include& include) {
        if (file.contract) return report(file, include.line, "a contract includes a private header");
        const fs::path folder = (root_ / file.path).parent_path();
        const bool beside = include.name.find('/') == std::string::npos && fs::exists(folder / include.name);
        if (!beside)
            report(file, include.line, "includes a private header of another module: " + include.name);
    }

    // A contract is one because a second module uses it, be it through another contract of its module.
    void check_use_of_contracts() {
        std::set<std::string> used;
        for (bool grown = true; grown;) {
            grown = false;
            for (const File& file : files_) {
                for (const Include& include : file.includes) {
                    const bool from_elsewhere = include.name.rfind("edgeward/" + file.module + "/", 0) != 0;
                    const bool through_contract = file.contract && used.count(file.path) > 0;
                    if (from_elsewhere || through_contract)
                        grown |= used.insert("include/" + include.name).second;
                }
            }
        }
        for (const File& file : files_) {
            if (file.contract && used.count(file.path) == 0)
                report(file, 1, "no second module uses this contract");
        }
    }

    fs::path root_;
    std::vector<File> files_;
    std::vector<std::string> breaches_;
};

}  // namespace

std::vector<std::string> breaches(const fs::path& root) {
    return Inspection(root).breaches();
}

}  // namespace edgeward::architecture
