/**
 * Passwords of ten characters and more that stand at the top of every list of leaked ones, those of Chinese sites
 * included; lower case. Repetitions and runs are judged by rule and do not stand here.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  qwertyuiop qwertyuiop1 qwerty12345 qwerty123456 qwerty1234 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5
  q1w2e3r4t5y6 1qazxsw23edc qazwsxedcrfv qazwsxedc1 qazwsx123456 zaq12wsxcde3 zxcvbnm123 asdfghjkl1 asdfghjkl123
  asdfghjkl; zxcvbnmasd asdf123456 asd123456789 qwe123456789 qweasdzxc123 qweasdzxc1 123qweasdzxc 1234567890q
  123456789a 1234567890a 12345678910 a123456789 a1234567890 aa123456789 abc123456789 abc1234567 abcd123456 abcd1234567
  abcde12345 abcdef123456 abc123abc123 123456789abc 123456789q 123456789qq 123456789z 123456abcdef 12345qwert
  12345qwerty 123456qwerty 1234qwerasdf 1234512345 1234554321 0123456789 9876543210 0987654321 1122334455
  11223344556677 112233445566 1029384756 1357924680 2468013579 147258369a 147258369q 1472583690 7894561230 789456123a
  159357258456 1593572486 159753456852 password12 password123 password1234 password12345 password123456 password1!
  password01 passw0rd123 p@ssw0rd123 p@ssword123 passwordpassword password11 mypassword1 mypassword newpassword
  changeme123 changeme1234 letmein123 letmein1234 welcome123 welcome1234 welcome2024 welcome2025 welcome2026
  iloveyou12 iloveyou123 iloveyou1314 iloveyou520 iloveyou521 ilovechina ilovechina1 5201314520 52013145201314
  13145201314 1314520520 5201314123 woaini1314 woaini1314520 woaini5201314 woaini123456 woainima123 woaini1234
  woaiwojia1 woaizhongguo zhongguo123 china123456 beijing2008 beijing123 shanghai123 shenzhen123 guangzhou1
  taobao123456 wang123456 zhang123456 zhang123456789 li123456789 liu123456789 chen123456 yang123456 huang123456
  wangjian123 lovelove520 loveyou1314 love520520 love1314520 1314woaini 520520520a admin12345 admin123456 admin1234567
  administrator administrator1 admin@123456 admin888888 root123456 root12345678 test123456 test12345678 user123456
  guest123456 demo123456 manager123 operator123 superadmin superadmin1 supervisor p@ssw0rd1234 p@$$w0rd123 pa$$word123
  abc@123456 admin@1234 qwer1234qwer 1234qwer1234 qwer123456 qwer12345678 q123456789 w123456789 z123456789 s123456789
  x123456789 l123456789 y123456789 zxc123456789 zz123456789 as123456789 qq123456789 qq1234567890 ww123456789
  aa12345678 a12345678910 asdfgh123456 football123 baseball123 basketball basketball1 liverpool1 liverpool123
  manchester barcelona1 realmadrid arsenal123 chelsea123 juventus123 superman123 batman12345 spiderman1 spiderman123
  pokemon123 dragon12345 master1234 monkey12345 shadow1234 sunshine123 sunshine12 princess123 princess12 butterfly1
  chocolate1 charlie123 michael123 jordan2323 jennifer12 alexander1 alexandra1 christina1 computer123 internet123
  samsung123 microsoft1 google1234 facebook123 whatever123 trustno1trustno1 starwars123 hello12345 hello123456
  helloworld helloworld1 secret1234 secret12345 security123 default123 temp123456 temppassword letmeinplease
  iamthebest thisismypassword correcthorsebatterystaple waymark123 waymark1234 waymark12345 lubiao123456
`
    .trim()
    .split(/\s+/),
)
