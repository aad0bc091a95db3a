// The parser of command lines over a small table, as the programs have them.
#include "cli/options.hh"

#include <gtest/gtest.h>

#include <climits>

#include "support/command_line.hh"

namespace {

using namespace std::chrono_literals;

struct Toy {
  bool all = false;
  bool list = false;
  int count = 3;
  std::optional<unsigned> mark;
  std::string name;
  std::chrono::milliseconds time{1500};
};

const cli::Program program{"toy",
                           "A toy.\n",
                           {{"plain work", 0, "", "", "plain work, UDP", "HOST [PORT]", 99},
                            {"-e", 'e', "echo", "", "echo, TCP", "HOST", 7},
                            {"-c", 'c', "check", "[SEED]", "check", "[[SEED] PORT]"},
                            {"-f", 'f', "file", "DIR", "files", "[PORT]"},
                            {"a URL", 0, "", "", "a page", "http://HOST", 80, "://"}},
                           "notes\n",
                           "the end\n",
                           {{"-p --port", "PORT is a word of its own"}}};

std::vector<cli::Option> table(Toy& toy) {
  return {
      {'a', "all", "", "everything", {}, cli::set(toy.all, true)},
      {'l', "loss", "PERCENT", "share lost", {"plain work"}, cli::number(toy.count, 0, 99)},
      {'l', "list", "", "lists", {"-f"}, cli::set(toy.list, true)},
      {'m', "mark", "MARK", "mark", {}, cli::number(toy.mark, 0, UINT_MAX, cli::Digits::c)},
      {'n', "name", "NAME", "name", {"plain work", "-e"}, cli::text(toy.name)},
      {'t', "time", "SECONDS", "time", {}, cli::seconds(toy.time, 0.5, 10)},
      {0, "draw", "", "draws", {"-e"}, cli::set(toy.all, true), true},
      {'T', "tcp", "", "", {}, cli::call([](auto option, auto) {
         throw cli::UsageError(std::string(option) + " is not for toys");
       })},
  };
}

struct Result : Toy {
  cli::CommandLine line;
  std::string error;
};

Result parse(const std::vector<std::string>& words) {
  Result result;
  const auto store = [&](int argc, char** argv) {
    return result.line = cli::parse(program, table(result), argc, argv);
  };
  result.error = usage_error(words, [&](const auto& all) { return with_words("toy", all, store); });
  return result;
}

std::string error(const std::vector<std::string>& words) { return parse(words).error; }

// What --help and the like answer.
std::string answer(const std::vector<std::string>& words) {
  try {
    return "refused: " + error(words);
  } catch (const cli::Answer& answered) {
    return answered.what();
  }
}

TEST(Options, LettersNamesAndOperandsComeInAnyOrder) {
  const Result result =
      parse({"h", "-al5", "--name=x", "80", "--time", "2.5", "--", "-a", "--all"});
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(result.all);
  EXPECT_EQ(result.count, 5);
  EXPECT_EQ(result.name, "x");
  EXPECT_EQ(result.time, 2500ms);
  EXPECT_EQ(result.line.operands, (std::vector<std::string>{"h", "80", "-a", "--all"}));
  EXPECT_EQ(result.line.service, 0U);
}

TEST(Options, ABeginningOfANameIsEnoughIfNoOtherBeginsSo) {
  EXPECT_TRUE(parse({"--al"}).all);
  EXPECT_EQ(error({"--l=3"}), "--l may be --loss or --list");
  EXPECT_EQ(error({"--"}), "");
}

TEST(Options, TheServiceIsChosenByAnOptionOrByTheFirstOperand) {
  EXPECT_EQ(parse({"h", "-e"}).line.service, 1U);
  EXPECT_EQ(parse({"--draw"}).line.service, 1U);
  EXPECT_EQ(parse({"http://h/"}).line.service, 4U);
  EXPECT_EQ(parse({"h", "http://h/"}).line.service, 0U);
  EXPECT_EQ(parse({"-fd"}).line.service_argument, "d");
  EXPECT_EQ(parse({"-c5"}).line.service_argument, "5");
  EXPECT_EQ(parse({"-c", "5"}).line.operands.size(), 1U);
  EXPECT_EQ(parse({"--check=5"}).line.service_argument, "5");
  EXPECT_EQ(error({"--check="}), "--check \"\": SEED is empty");
  EXPECT_EQ(error({"-e", "-f", "d"}), "one of -e, -c, -f and a URL at a time");
  EXPECT_EQ(error({"-e", "http://h/"}), "one of -e, -c, -f and a URL at a time");
  EXPECT_EQ(error({"-f", ""}), "-f \"\": DIR is empty");
}

TEST(Options, AnOptionOfAnotherServiceIsRefused) {
  EXPECT_EQ(error({"-n", "x", "-f", "d"}), "-n goes with plain work or -e, not with -f");
  EXPECT_EQ(error({"--list"}), "--list goes with -f, not with plain work");
  EXPECT_EQ(error({"-e", "-l", "5"}), "-l goes with plain work or -f, not with -e");
}

TEST(Options, ALetterWithTwoMeaningsDependsOnTheServiceAndNotOnItsPlace) {
  for (const auto& words : {std::vector<std::string>{"-l", "-f", "d", "5"},
                            {"-f", "d", "-l", "5"},
                            {"-la", "--file=d", "5"}}) {
    const Result result = parse(words);
    EXPECT_EQ(result.error, "");
    EXPECT_TRUE(result.list);
    EXPECT_EQ(result.count, 3);
    EXPECT_EQ(result.line.operands, std::vector<std::string>{"5"});
  }
  EXPECT_EQ(parse({"-l", "5"}).count, 5);
  EXPECT_EQ(error({"-l"}), "-l needs a value: PERCENT");
}

TEST(Options, ValuesAreCheckedAgainstTheirRange) {
  EXPECT_EQ(error({"-l", "100"}), "-l \"100\": a number from 0 to 99 expected");
  EXPECT_EQ(error({"-l", "0x5"}), "-l \"0x5\": a number from 0 to 99 expected");
  EXPECT_EQ(error({"--loss="}), "--loss \"\": PERCENT is empty");
  EXPECT_EQ(error({"-t", "nan"}), "-t \"nan\": seconds from 0.5 to 10 expected");
  EXPECT_EQ(error({"--name="}), "--name \"\": NAME is empty");
  EXPECT_EQ(error({"-a", "--all=1"}), "--all=1: this option takes no value");
  EXPECT_EQ(error({"-T"}), "-T is not for toys");
  for (const char* seconds : {"1.001", "4.015", "9.999"}) {
    EXPECT_EQ(cli::text(parse({"-t", seconds}).time), std::string(seconds) + " s");
  }
}

TEST(Options, NumbersAsCWritesThem) {
  EXPECT_EQ(parse({"-m", "0x1F"}).mark, 31U);
  EXPECT_EQ(parse({"-m", "017"}).mark, 15U);
  EXPECT_EQ(parse({"-m", "0"}).mark, 0U);
  EXPECT_EQ(parse({"-m", "4294967295"}).mark, UINT_MAX);
  for (const char* word : {"0x", "0xg", "08", "-1", "+1", " 1", "1 ", "0x100000000", ""}) {
    EXPECT_NE(error({"-m", word}), "") << word;
  }
}

TEST(Options, WhatIsNoOptionGetsTheHintItNeeds) {
  EXPECT_EQ(error({"-X"}), "there is no option -X");
  EXPECT_EQ(error({"-aX"}), "there is no option -X");
  EXPECT_NE(error({"\u2013\u2013help"}), "");
  EXPECT_NE(error({"h", "\u2212a"}), "");
  EXPECT_EQ(error({"--", "\u2013a"}), "");
  EXPECT_EQ(error({"-h"}), "there is no option -h: the help is --help");
  EXPECT_EQ(error({"-p", "80"}), "there is no option -p: PORT is a word of its own");
  EXPECT_EQ(error({"--tiem=2"}), "there is no option --tiem; is --time meant?");
  EXPECT_EQ(error({"--ehco"}), "there is no option --ehco; is --echo meant?");
  EXPECT_EQ(error({"--port=80"}), "there is no option --port: PORT is a word of its own");
  EXPECT_EQ(error({"--recheck"}), "there is no option --recheck");
  EXPECT_EQ(error({"--quite-another"}), "there is no option --quite-another");
  EXPECT_EQ(error({"-help"}), "there is no option -help; is --help meant?");
  EXPECT_EQ(error({"-time"}), "there is no option -time; is --time meant?");
}

TEST(Options, HelpFollowsFromTheTable) {
  const std::string help = answer({"-a", "--help", "--no-such"});
  for (const char* part :
       {" [-a] [-l PERCENT] [-m MARK] [-n NAME] [-t SECONDS] HOST [PORT]\n",
        " -c[SEED] [-a] [-m MARK] [-t SECONDS] [[SEED] PORT]\n", " -f DIR [-al] [-m MARK]",
        "  -c, --check[=SEED]", "  -e, --echo               echo, TCP port 7\n",
        "with plain work: share lost, 0 to 99 (3)\n", "time, 0.5 to 10 (1.5)\n", "the end\n"}) {
    EXPECT_NE(help.find(part), std::string::npos) << part << "\n" << help;
  }
  EXPECT_EQ(help.find("--tcp"), std::string::npos);
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = help.find('\n', begin);
    EXPECT_LE(end - begin, 80U) << help.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(Options, CompletionFollowsFromTheTable) {
  const std::string text = answer({"--completion", "bash"});
  EXPECT_NE(text.find("'-e --echo -c --check -f --file -a --all -l --loss"), std::string::npos);
  EXPECT_NE(text.find("complete -o default -F _sockhop_toy -- '"), std::string::npos);
  EXPECT_EQ(text.find("--tcp"), std::string::npos);
  EXPECT_EQ(error({"--completion", "zsh"}), "--completion \"zsh\": bash expected");
}

TEST(Host, WhatIsCertainlyNoneGetsTheHintItNeeds) {
  for (const char* good : {"h", "192.0.2.1", "::1", "fe80::1%eth0",
                           "b\xc3\xbc"
                           "cher.example"}) {
    EXPECT_EQ(cli::host(good, true), good);
  }
  struct Row {
    const char* word;
    const char* with_port;
    const char* alone;
  };
  for (const Row& row : {
           Row{"h:80", ": h 80", ": h"},
           Row{"[::1]:80", ": ::1 80", ": ::1"},
           Row{"[::1]", ": ::1", ": ::1"},
           Row{"h:", ": h", ": h"},
           Row{"http://h/", "no URL: h", "no URL: h"},
           Row{"ftp://[::1]:21/x", "no URL: ::1", "no URL: ::1"},
           Row{"h/page", "no URL: h", "no URL: h"},
           Row{"", "it is empty", "it is empty"},
           Row{"a b", "no host has such a name", "no host has such a name"},
           Row{"-x", "no host has such a name", "no host has such a name"},
           Row{"#x", "no host has such a name", "no host has such a name"},
           Row{"a\nb", "no host has such a name", "no host has such a name"},
       }) {
    for (const bool port_follows : {true, false}) {
      try {
        cli::host(row.word, port_follows);
        ADD_FAILURE() << row.word;
      } catch (const cli::UsageError& error) {
        const std::string text = error.what();
        EXPECT_TRUE(text.ends_with(port_follows ? row.with_port : row.alone)) << text;
      }
    }
  }
}

}  // namespace
