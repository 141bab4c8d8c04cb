#include "common_words.hpp"

#include <set>
#include <string>

#include <edgeward/coding/code_table.hpp>

#include "folding.hpp"

namespace edgeward::dlp {
namespace {

// Folded, separated by blanks.
constexpr std::string_view everyday =
    // German family names that are words of a ward or of everyday
    "abel abend adler ader alt altmann anfang anker apfel april arm arnold arzt ast august auge bach backe "
    "bad bahn "
    "ball band bank bart bauch bauer baum becher beck becken bein berg best bett bild binder birne bitter "
    "blank blatt "
    "blau blume blut bock boden bohne bohrer born brand braun breit brei brot bruch brust buch busch "
    "christian damm "
    "daum decke dick dorn draht dunkel dur eber ebert eck eich eigen eisen ende engel erbe ernst esel essen "
    "fall falk "
    "falle faust feder fein feld fell fels fest fett feuer finger fink fisch flach fleck fleisch flut frank "
    "franke frei "
    "freitag freund frisch froh frosch frost frueh fuchs fuhr funk fuss galle gang gans garten gast geist "
    "gelb gering "
    "gesund gift glas glatt gleich glueck gold graf gras grau greif griff gross grube gruen grund gut haar "
    "haas hahn "
    "hals hammer hand hart hase haupt haus haut heft heide heil heim heiss held hell henkel herbst herr herz "
    "heuer himmel "
    "hirn hirsch hoch hoefer hof hoehe hohl holz horn huber huf hund hut jaeger jahr januar jung kaiser kalt "
    "kamm kanal "
    "kante kappe karte kasten kater kehl keil keim keller kern kette kiefer kind kirsch klar klein klinge "
    "klinik klug "
    "knie knopf koch koenig kohl kolb komm konrad kopf korb korn krach kraft kragen kralle kramer krank "
    "kranz kraus "
    "krebs kreis "
    "kreuz krone krug kruemel kugel kuhl kuhn kunde kunst kurz lager lamm lampe land lang lange langer "
    "langsam last laub "
    "lauf laut leber leer lehr leicht leid leiter leitner licht lieb link linke linse lippe loch loewe luft "
    "lust mager "
    "mai maier mann mark markt maler marsch marx mast mauer maus mehl meister mensch merkel messer milch "
    "mild mitte mittel "
    "moench mohr mond montag moos morgen mund muskel mutter nabel nacht nadel nagel nase natur nebel neu "
    "neumann niere "
    "nord nuss ober ochs ohr oktober ost otter paar papst pech perle pfau pfeffer pfeifer pfeil pfleger post "
    "probst puls "
    "punkt quell rabe rad rahm ram rand rasch rau rauch raum rechts regen reich reif rein reiter renner rest "
    "richter riegel "
    "riese rind ring rippe ritter roehr rohr rolle rose rost rot roth rueck ruhe ruhig rund saal sack saft "
    "salz sand sauer "
    "saum schaf scharf schatten schenkel schief schild schlaf schlag schlecht schluck schmal schmerz schmied "
    "schnee "
    "schnell schnitt schoen schott schritt schuh schulter schulz schutz schwach schwan schwarz schwer "
    "schwester see segel "
    "seite senf september sicher silber sohn sommer sonne sonntag spange specht speck spiegel spitz spott "
    "sprung stab stahl "
    "stamm stand star stark staub steig steil stein stern stich stier still stirn stock stoll storch strahl "
    "stramm strasse "
    "strauss streng strich strom stueck stuhl sturm stunde sued suess sturz tag taub taube teich teufel "
    "thema tief tod tor "
    "trost tropf trocken tuch tuer turm ufer uhl uhr unger unruh unruhe unter vater vogel voll vogt vorn "
    "wach wache wachs "
    "wage wagen wagner wald wall wand wange warm warnung wasser weber wechsel weg weich wein weiss weit "
    "welle welt weise "
    "wende werner west wetter wied wiese wild wind winkel winter wirt witt woche wolf wolle wolke wort "
    "wunder wund wurm "
    "wurst zahn zander zange zeh zeiger zeit zell zelle ziegel ziel zimmer zink zoll zorn zucker zug zunge "
    "zweig "
    // English ones, and what devices write
    "active adult alarm angel anna april art august bank barber base bass bell bird bishop black blood blue "
    "bond bone boss "
    "brook brown bush butler cable carbon care carter case cash chance change channel chase child christian "
    "church clark "
    "clay close coil cold cole cook cooper core cross curve dark date dawn dean device dial drain drake drew "
    "drive dust eagle "
    "early east eden edge event ever faith fall fast field fine fish flow flower flynn force ford forest "
    "foster fox france "
    "frank free french frost gate general gene glass gold good grace grant gray green grey ground grove "
    "guide hale half hall "
    "hand hard hardy harm hart harvey head heart heath heat high hill holder holly home hood hook hope horn "
    "house hunt hunter "
    "ice india iris iron jack jade joy june just keen king knight lake lamb lance lane large lead leaf lean "
    "level light lily "
    "limb line link little lock long love low lung main major mark marker marsh martin mason master may mead "
    "mean mercy merit "
    "mild mile mill miller miner mode monday moon morning moss mount nail nash noble north norm normal nurse "
    "olive page pain "
    "paint pace palm parent park parker part patience patient peak pearl penny pike pitt place plant plate "
    "point pole pool "
    "pope port porter potter power pray press price prime prince probe pulse pump push quick rain ramp rate "
    "ray read record "
    "reed reeve rest rice rich rise river rock rock root rose ruby rush rust saber sage sand savage scale "
    "seal sensor service "
    "set sharp shaw shell shore short sick sign signal silver simple sky slow small smart smith snow source "
    "south spark spear "
    "speed spring standard star state steel stem step stern stone stop storm strange stream street strong "
    "summer sun swift "
    "system tank task technical temple test thorn time top total tower trace true trust tube turn twin unit "
    "valve vein vent "
    "victor violet volume wade walker wall ward warm warner warning water wave way weak weaver webb weight "
    "welch well west "
    "wheat wheeler white wild will winter wise wolf wood woods worth wright yale yard year york young "
    // what messages of ours are made of
    "active aperiodic bundle category code coding component condition data device display effective entry "
    "extension factor "
    "final identifier https http hl7 interpretation issued lower limit loinc measurement meta metric method "
    "monitor "
    "observation operational organization origin patient performer period preliminary process profile "
    "quantity range "
    "reference request resource response sampled serial setting snomed status structuredefinition subject "
    "system terminology "
    "transaction type unitsofmeasure unknown upper usual value valuequantity version vital signs waveform";

using Words = std::set<std::string, std::less<>>;

void take(Words& words, std::string_view text) {
    const std::string folded = fold(text);
    std::string word;
    for (const char c : folded + " ") {
        if (is_letter(c)) {
            word.push_back(c);
            continue;
        }
        if (!word.empty()) words.insert(word);
        word.clear();
    }
}

Words all_words() {
    Words words;
    take(words, everyday);
    for (const auto& entry : coding::code_table()) {
        for (const auto text : {entry.name, entry.refid, entry.mdc_unit_refid, entry.ucum, entry.parameter})
            take(words, text);
    }
    return words;
}

}  // namespace

bool is_common_word(std::string_view folded) {
    static const Words words = all_words();
    return words.contains(folded);
}

}  // namespace edgeward::dlp
